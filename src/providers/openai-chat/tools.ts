import type {
  ChatCompletionFunctionTool,
  ChatCompletionToolChoiceOption,
} from 'openai/resources/chat/completions'
import { isRecord } from '../../json.ts'
import type { MessagesBody, Tool } from '../../messages/request.ts'
import { hash, isLegalName } from './wire.ts'

const LONGEST_NAME = 64

/**
 * The tools a model elsewhere can call. Tools that run at Anthropic have no schema and are left
 * out, as is the placeholder that Claude Code sends to keep its tool search switched on.
 */
export function toChatTools(
  tools: readonly Tool[] | undefined,
  droppedKeywords: readonly string[],
): ChatCompletionFunctionTool[] {
  return clientTools(tools).map(({ name, description, input_schema }) => ({
    type: 'function',
    function: {
      name: toWireName(name),
      ...(description && { description }),
      parameters: toParameters(input_schema ?? {}, droppedKeywords),
    },
  }))
}

/** Undefined where there are no tools: a choice without tools is a 400. */
export function toToolChoice(
  choice: MessagesBody['tool_choice'],
  tools: readonly ChatCompletionFunctionTool[],
): ChatCompletionToolChoiceOption | undefined {
  if (!choice || tools.length === 0) return undefined
  if (choice.type === 'none') return 'none'
  if (choice.type === 'any') return 'required'
  const name = choice.type === 'tool' && choice.name ? toWireName(choice.name) : null
  const offered = tools.some((tool) => tool.function.name === name)
  return name && offered ? { type: 'function', function: { name } } : 'auto'
}

/** A name of at most 64 legal characters, always the same for the same tool. */
export function toWireName(name: string): string {
  if (isLegalName(name, LONGEST_NAME)) return name
  return `${name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, LONGEST_NAME - 9)}_${hash(name).slice(0, 8)}`
}

/** From the name a model calls to the name the client knows. */
export function clientNames(tools: readonly Tool[] | undefined): Map<string, string> {
  return new Map(clientTools(tools).map(({ name }) => [toWireName(name), name]))
}

function clientTools(tools: readonly Tool[] | undefined): (Tool & { name: string })[] {
  return (tools ?? []).filter(
    (tool): tool is Tool & { name: string } =>
      tool.name !== undefined &&
      tool.name !== 'DeferredToolPlaceholder' &&
      (tool.type == null || tool.type === 'custom'),
  )
}

type Schema = Record<string, unknown>

/** Every vendor wants an object with properties at the root (OpenAI: 400 without). */
function toParameters(schema: Schema, droppedKeywords: readonly string[]): Schema {
  const dropped = new Set(['$schema', '$id', '$comment', 'examples', ...droppedKeywords])
  const { type: _, properties, ...rest } = cleanSchema(mergeRoot(schema), dropped)
  return { type: 'object', properties: isRecord(properties) ? properties : {}, ...rest }
}

/**
 * OpenAI refuses `anyOf`, `oneOf` and `allOf` at the root, so the branches become one object. A
 * field is required where every alternative, or any part of a whole, requires it.
 */
function mergeRoot(schema: Schema): Schema {
  const { anyOf, oneOf, allOf, ...root } = schema
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

function branches(value: unknown): Schema[] {
  return Array.isArray(value) ? value.filter(isRecord).map(mergeRoot) : []
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
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) => {
      if (dropped.has(key)) return []
      if (DATA.has(key)) return [[key, value]]
      if (NAME_MAPS.has(key) && isRecord(value)) {
        return [[key, mapValues(value, (each) => cleanValue(each, dropped))]]
      }
      return [[key, cleanValue(value, dropped)]]
    }),
  )
}

function cleanValue(value: unknown, dropped: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((each) => cleanValue(each, dropped))
  return isRecord(value) ? cleanSchema(value, dropped) : value
}

function mapValues(record: Schema, change: (value: unknown) => unknown): Schema {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
