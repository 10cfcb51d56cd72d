import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { isRecord } from '../json.ts'

type SchemaError = ReturnType<Validator['Errors']>[number]

const compiled = new WeakMap<TSchema, Validator>()

/**
 * What is wrong with `value`, in the words Anthropic's validation uses (pydantic's); null if
 * nothing is. `path` is where the value stands, such as `messages.0.content.1.text`.
 */
export function faultIn(schema: TSchema, value: unknown, path: string): string | null {
  const validator = validatorFor(schema)
  if (validator.Check(value)) return null
  const errors = validator.Errors(value)
  const error = errors.find(({ keyword }) => keyword in WORDS) ?? errors[0]
  return error ? describe(error, value, path) : `${path}: Input is not valid`
}

/** What is wrong with the `type` of a member of a tagged union; null if it is one of `tags`. */
export function tagFault(value: unknown, tags: readonly string[], path: string): string | null {
  if (!isRecord(value)) {
    return `${path}: Input should be a valid dictionary or object to extract fields from`
  }
  if (typeof value.type !== 'string') {
    return `${path}: Unable to extract tag using discriminator 'type'`
  }
  if (tags.includes(value.type)) return null
  const expected = tags.map((tag) => `'${tag}'`).join(', ')
  return (
    `${path}: Input tag '${value.type}' found using 'type' does not match any of the ` +
    `expected tags: ${expected}`
  )
}

/** A schema is compiled when it is first used, so that importing this costs nothing. */
function validatorFor(schema: TSchema): Validator {
  const known = compiled.get(schema)
  if (known) return known
  const validator = Compile(schema)
  compiled.set(schema, validator)
  return validator
}

const WORDS: Record<string, (params: Record<string, unknown>) => string> = {
  type: ({ type }) => `Input should be a valid ${TYPES[String(type)] ?? String(type)}`,
  minimum: ({ limit }) => `Input should be greater than or equal to ${limit}`,
  maximum: ({ limit }) => `Input should be less than or equal to ${limit}`,
  minLength: ({ limit }) => `String should have at least ${limit} character`,
  maxLength: ({ limit }) => `String should have at most ${limit} characters`,
  pattern: ({ pattern }) => `String should match pattern '${pattern}'`,
  minItems: ({ limit }) => `List should have at least ${limit} item after validation`,
  enum: ({ allowedValues }) => `Input should be ${alternatives(allowedValues)}`,
  const: ({ allowedValue }) => `Input should be '${allowedValue}'`,
  required: () => 'Field required',
  additionalProperties: () => 'Extra inputs are not permitted',
}

const TYPES: Record<string, string> = {
  object: 'dictionary',
  array: 'list',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  string: 'string',
}

function describe(error: SchemaError, value: unknown, path: string): string {
  const params: Record<string, unknown> = { ...error.params }
  const names = [path, ...error.instancePath.split('/')]
  const members = params.requiredProperties ?? params.additionalProperties
  if (Array.isArray(members)) names.push(String(members[0]))
  const place = names.filter((name) => name !== '').join('.')
  const words = WORDS[error.keyword]?.(params) ?? error.message
  return place || isRecord(value) ? `${place}: ${words}` : words
}

function alternatives(values: unknown): string {
  const quoted = Array.isArray(values) ? values.map((value) => `'${value}'`) : []
  const last = quoted.pop()
  return quoted.length > 0 ? `${quoted.join(', ')} or ${last}` : String(last)
}
