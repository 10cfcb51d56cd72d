import type { Target } from '../../routing/target.ts'
import { isClaude } from '../claude/models.ts'

/**
 * Whether this model is asked in Anthropic's own format. An ARN that names no model, as that of an
 * application profile does, counts as Claude unless the target has a `base_model`; what was
 * imported or deployed by its owner cannot be Claude.
 */
export function takesInvoke({ baseModel }: Pick<Target, 'baseModel'>): boolean {
  if (isClaude(baseModel)) return true
  return /^arn:[^/]*:(application-inference-profile|provisioned-model|prompt-router)\//.test(
    baseModel,
  )
}

/** The id to count tokens with: that of the model, since a profile cannot be counted with. */
export function countedId({ model, baseModel }: Pick<Target, 'model' | 'baseModel'>): string {
  const named = model.replace(NAMING_ARN, '')
  return (named.startsWith('arn:') ? baseModel : named).replace(PROFILE_PREFIX, '')
}

const NAMING_ARN = /^arn:[^/]*:(foundation-model|inference-profile)\//
const PROFILE_PREFIX = /^(global|us|eu|jp|au|ca|apac|us-gov)\./
