/** The regions that stand before the model in the id of an inference profile. */
const PROFILE_PREFIX = /^(global|us|eu|jp|au|apac|us-gov)\./

/**
 * The model id to count tokens with: "The provided model doesn't support counting tokens" is what an
 * inference profile hears, so it is the foundation model behind a profile's id or ARN. Where an ARN
 * does not say which, `baseModel` does, if the config names it in Bedrock's way.
 */
export function countId({ model, baseModel }: { model: string; baseModel: string }): string {
  const ids = [model, baseModel].map((id) =>
    id.replace(/^arn:.*\//, '').replace(PROFILE_PREFIX, ''),
  )
  return ids.find((id) => id.startsWith('anthropic.')) ?? model
}
