import Type, { type TSchema } from 'typebox'

export function orNull<T extends TSchema>(schema: T, description?: string) {
  return Type.Union([schema, Type.Null()], description === undefined ? {} : { description })
}

/** One of these words. */
export function oneOf(words: readonly string[], description?: string) {
  return Type.Enum([...words], description === undefined ? {} : { description })
}

/** The members of an answer whose lists have one value for each bucket. */
export const OVER_TIME = {
  first_bucket: Type.Integer({ description: 'When the first bucket begins, Unix ms.' }),
  bucket_ms: Type.Integer({ minimum: 1 }),
}

/** How far back an answer counts. */
export const COUNTED = {
  counted_since: orNull(
    Type.Integer(),
    'Unix ms; null where all is counted. What is older is found, but not counted.',
  ),
}
