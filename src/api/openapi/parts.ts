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

export const counted_since = orNull(
  Type.Integer(),
  'Unix ms: where a filter would take too long to count, only what arrived from then on is counted.',
)
