import type { Static, TObject, TSchema } from 'typebox'
import { Check, Errors } from 'typebox/value'
import { isRecord } from '../json.ts'
import type { Path, Report } from './problem.ts'
import { remedyFor } from './suggestion.ts'

/**
 * Reports everything in which a section differs from its schema. Gives it back, typed and without
 * unknown keys, or null when a value does not fit. TypeBox stops after eight errors, so each field
 * is asked by itself.
 */
export function check<Schema extends TObject>(
  schema: Schema,
  value: unknown,
  path: Path,
  report: Report,
): Static<Schema> | null {
  if (!isRecord(value)) {
    const remedy = `write keys and values below it: ${Object.keys(schema.properties).join(', ')}`
    report(path, `${describe(value)} is not a mapping`, remedy)
    return null
  }
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(schema.properties, key)) continue
    const remedy = remedyFor(key, Object.keys(schema.properties), 'possible here')
    report([...path, key], `unknown key ${JSON.stringify(key)}`, remedy, 'key')
  }
  for (const key of schema.required ?? []) {
    if (Object.hasOwn(value, key)) continue
    report([...path, key], 'is missing', `add ${hintsOf(schema.properties[key]).title}`)
  }
  for (const [key, field] of Object.entries(schema.properties)) {
    if (Object.hasOwn(value, key)) checkField(field, value[key], [...path, key], report)
  }
  const known = Object.fromEntries(
    Object.entries(value).filter(([key]) => Object.hasOwn(schema.properties, key)),
  )
  return Check(schema, known) ? known : null
}

function checkField(field: TSchema, value: unknown, path: Path, report: Report) {
  for (const { instancePath } of Errors(field, value)) {
    const index = /^\/(\d+)/.exec(instancePath)?.[1]
    if (index !== undefined && Array.isArray(value) && 'items' in field) {
      explain(field.items, value[Number(index)], [...path, Number(index)], report)
    } else {
      explain(field, value, path, report)
    }
  }
}

function explain(field: unknown, value: unknown, path: Path, report: Report) {
  const { title, examples, writeOnly, choices } = hintsOf(field)
  const found = writeOnly ? 'this' : describe(value)
  if (choices && typeof value === 'string') {
    report(path, `${found} is not ${title}`, remedyFor(value, choices, 'write one of'))
    return
  }
  const remedy =
    examples.length > 0 ? `write for example ${examples.join(' or ')}` : `write ${title}`
  report(path, `${found} is not ${title}`, remedy)
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (isRecord(value)) return 'a mapping'
  if (value === null || value === undefined) return 'nothing'
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

/** What fields.ts says about a kind of value. */
function hintsOf(field: unknown) {
  const hints = isRecord(field) ? field : {}
  const examples = Array.isArray(hints.examples) ? hints.examples : []
  return {
    title: typeof hints.title === 'string' ? hints.title : 'a value that fits',
    examples: examples.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
    writeOnly: hints.writeOnly === true,
    choices: Array.isArray(hints.enum) ? hints.enum.map(String) : null,
  }
}
