import { isRecord } from '../../json.ts'

export type Schema = Record<string, unknown>

/** Alternatives of alternatives multiply. */
const DEEPEST = 3

/**
 * Every vendor wants an object with properties at the root (OpenAI: 400 without), and OpenAI none of
 * `anyOf`, `oneOf`, `allOf`, `enum` and `not` beside them.
 */
export function toParameters(schema: Schema, droppedKeywords: readonly string[]): Schema {
  const dropped = new Set(['$schema', '$id', '$comment', 'examples', ...droppedKeywords])
  const merged = cleanSchema(mergeRoot(schema, schema), dropped)
  const { type: _, enum: _values, const: _value, not: _not, properties, ...rest } = merged
  return { type: 'object', properties: isRecord(properties) ? properties : {}, ...rest }
}

/** What a schema that is only a reference into its own document stands for; itself otherwise. */
export function resolveRef(schema: Schema, root: Schema): Schema {
  const path = typeof schema.$ref === 'string' ? /^#\/(.+)$/.exec(schema.$ref)?.[1] : undefined
  if (path === undefined) return schema
  const { $ref: _, ...rest } = schema
  const names = path.split('/').map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  const found = names.reduce<unknown>((at, name) => (isRecord(at) ? at[name] : undefined), root)
  return isRecord(found) && found !== schema ? { ...found, ...rest } : rest
}

/**
 * OpenAI refuses `anyOf`, `oneOf` and `allOf` at the root, so the branches become one object. A
 * field is required where every alternative, or any part of a whole, requires it.
 */
function mergeRoot(schema: Schema, document: Schema, depth = 0): Schema {
  const { anyOf, oneOf, allOf, ...root } = resolveRef(schema, document)
  // A schema that is made of itself says nothing.
  if (depth > DEEPEST) return {}
  const branches = (value: unknown) =>
    Array.isArray(value)
      ? value.filter(isRecord).map((each) => mergeRoot(each, document, depth + 1))
      : []
  const alternatives = [...branches(anyOf), ...branches(oneOf)]
  const wholes = branches(allOf)
  if (alternatives.length + wholes.length === 0) return root
  const [first, ...others] = alternatives.map(requiredOf)
  const inAll = (first ?? []).filter((name) => others.every((names) => names.includes(name)))
  const required = new Set([...requiredOf(root), ...wholes.flatMap(requiredOf), ...inAll])
  return {
    ...root,
    properties: Object.fromEntries(
      [...alternatives, ...wholes, root].flatMap(({ properties }) =>
        isRecord(properties) ? Object.entries(properties) : [],
      ),
    ),
    ...(required.size > 0 && { required: [...required] }),
  }
}

function requiredOf({ required }: Schema): string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []
}

/** Where the keys are names that somebody chose, not keywords. */
const NAME_MAPS = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
])
/** Values, in which nothing is a keyword. */
const DATA = new Set(['const', 'default', 'enum', 'required'])

function cleanSchema(schema: Schema, dropped: ReadonlySet<string>): Schema {
  const cleaned = Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) => {
      if (dropped.has(key)) return []
      if (DATA.has(key)) return [[key, value]]
      if (NAME_MAPS.has(key) && isRecord(value)) {
        return [[key, mapValues(value, (each) => cleanValue(each, dropped))]]
      }
      return [[key, cleanValue(value, dropped)]]
    }),
  )
  return withItems(cleaned)
}

/**
 * "array schema missing items" (OpenAI, ogx-ai/ogx#3602) and "items: missing field" (Gemini,
 * weave-os/router#83) are a 400 for all tools, at any depth. A list of them is how JSON Schema wrote
 * `prefixItems` before 2020-12.
 */
function withItems(schema: Schema): Schema {
  const { type, items } = schema
  if (Array.isArray(items)) return { ...schema, prefixItems: items, items: {} }
  const isList = type === 'array' || (Array.isArray(type) && type.includes('array'))
  return isList && items == null ? { ...schema, items: {} } : schema
}

function cleanValue(value: unknown, dropped: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((each) => cleanValue(each, dropped))
  return isRecord(value) ? cleanSchema(value, dropped) : value
}

function mapValues(record: Schema, change: (value: unknown) => unknown): Schema {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
