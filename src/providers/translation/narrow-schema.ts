import { isRecord } from '../../json.ts'
import { resolveRef, type Schema } from './schema.ts'

/**
 * The same schema in what OpenAPI 3.0 has of JSON Schema, which is all that Gemini takes
 * (ai.google.dev/api/caching#Schema): references are put in place, a list of types becomes
 * alternatives, a constant an enumeration. What is left over says less, never something else.
 */
export function toOpenApi(schema: Schema): Schema {
  return narrowed(schema, { root: schema, refs: [], budget: { left: MOST_SCHEMAS } })
}

/** Objects with named properties take no others, unless they say that they do. */
export function closeObjects(schema: Schema): Schema {
  const closed = mapSchemas(schema, closeObjects)
  if (!isRecord(closed.properties) || 'additionalProperties' in closed) return closed
  return { ...closed, additionalProperties: false }
}

/** References multiply: a few lines can stand for more schemas than there is memory. */
const MOST_SCHEMAS = 5000

interface Scope {
  root: Schema
  /** The references we are inside of. */
  refs: readonly unknown[]
  budget: { left: number }
}

const TAKEN = [
  ...['type', 'title', 'description', 'nullable', 'enum', 'items', 'minItems', 'maxItems'],
  ...['properties', 'required', 'minProperties', 'maxProperties', 'minimum', 'maximum'],
  ...['minLength', 'maxLength', 'pattern', 'anyOf', 'format'],
]
/** For strings; any other is a 400. */
const FORMATS = ['enum', 'date-time']

function narrowed(given: Schema, { root, refs, budget }: Scope): Schema {
  const { $ref } = given
  if (refs.includes($ref) || budget.left-- <= 0) return { type: 'object' }
  const scope = { root, budget, refs: $ref === undefined ? refs : [...refs, $ref] }
  const whole = withParts(resolveRef(given, root), root)
  const schema = mapSchemas(withAlternatives(withConstant(whole)), (each) => narrowed(each, scope))
  const kept = Object.fromEntries(Object.entries(schema).filter(([key]) => TAKEN.includes(key)))
  if (kept.format !== undefined && !FORMATS.includes(String(kept.format))) delete kept.format
  // Values of other types are not taken in an enumeration.
  if (Array.isArray(kept.enum)) {
    // "enum[0]: cannot be empty" (weave-os/router#83).
    const values = kept.enum.filter((value) => value !== '')
    if (values.length > 0 && values.every((value) => typeof value === 'string')) kept.enum = values
    else delete kept.enum
  }
  if (kept.items !== undefined && !isRecord(kept.items)) kept.items = {}
  if (isRecord(kept.properties) && Array.isArray(kept.required)) {
    const { properties } = kept
    kept.required = kept.required.filter((name) => Object.hasOwn(properties, String(name)))
  }
  return kept
}

function withParts({ allOf, ...schema }: Schema, root: Schema): Schema {
  const parts = Array.isArray(allOf) ? allOf.filter(isRecord) : []
  return Object.assign({}, ...parts.map((part) => resolveRef(part, root)), schema)
}

function withConstant(schema: Schema): Schema {
  if (!('const' in schema)) return schema
  const { const: value, ...rest } = schema
  return typeof value === 'string' ? { type: 'string', ...rest, enum: [value] } : rest
}

/** `oneOf`, and `type: ["string", "null"]`. */
function withAlternatives({ oneOf, ...schema }: Schema): Schema {
  const merged = Array.isArray(oneOf) && !schema.anyOf ? { ...schema, anyOf: oneOf } : schema
  if (!Array.isArray(merged.type)) return merged
  const { type: types, ...rest } = merged
  const isNullable = types.includes('null')
  const [first, ...others] = types.filter((type) => type !== 'null')
  const nullable = isNullable ? { nullable: true } : {}
  if (others.length === 0) return { type: first ?? 'string', ...rest, ...nullable }
  if (rest.anyOf) return { ...rest, ...nullable }
  const { description, title, ...shape } = rest
  const told = {
    ...(description !== undefined && { description }),
    ...(title !== undefined && { title }),
  }
  return { ...told, ...nullable, anyOf: [first, ...others].map((type) => ({ type, ...shape })) }
}

const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const SINGLE = ['items', 'additionalProperties', 'not', 'contains', 'propertyNames']
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']

/** Changes the schemas directly inside a schema. */
function mapSchemas(schema: Schema, change: (schema: Schema) => Schema): Schema {
  const one = (value: unknown) => (isRecord(value) ? change(value) : value)
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (SINGLE.includes(key)) return [key, one(value)]
      if (LISTS.includes(key) && Array.isArray(value)) return [key, value.map(one)]
      if (!MAPS.includes(key) || !isRecord(value)) return [key, value]
      return [
        key,
        Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, one(inner)])),
      ]
    }),
  )
}
