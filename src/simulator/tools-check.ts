import { isRecord } from '../json.ts'
import { type Dialect, demand, hasBeta, refuse, refuseExtra } from './dialect.ts'
import type { Json } from './json.ts'
import { ClientTool, TOOL_CHOICES } from './messages-schema.ts'
import { faultIn, tagFault } from './shape.ts'

/** Checks `tools` and `tool_choice`. */
export function checkTools(body: Json, dialect: Dialect): void {
  const tools = body.tools ?? []
  if (!Array.isArray(tools)) refuse('tools: Input should be a valid list')
  const names = tools.map((tool, index) => checkTool(tool, `tools.${index}`, dialect))
  if (new Set(names).size < names.length) refuse('tools: Tool names must be unique.')
  if (tools.length > 0 && tools.every((tool) => isRecord(tool) && tool.defer_loading === true)) {
    refuse('At least one tool must have defer_loading=false')
  }
  checkChoice(body, names)
}

/** Tools the service runs or knows by itself; on Bedrock only those that need no service of theirs. */
const BEDROCK_TAGS = [
  ...['bash_20250124', 'custom', 'memory_20250818'],
  ...['text_editor_20250124', 'text_editor_20250429', 'text_editor_20250728'],
]
const TYPED_TOOL =
  /^(bash|text_editor|memory|web_search|web_fetch|code_execution|tool_search_tool_(regex|bm25)|computer|advisor)_\d{8}$/

function checkTool(tool: unknown, path: string, dialect: Dialect): string {
  if (!isRecord(tool)) return refuse(`${path}: Input should be a valid dictionary`)
  const type = tool.type ?? 'custom'
  if (type !== 'custom') return checkTypedTool(tool, String(type), path, dialect)
  const place = `${path}.custom`
  demand(faultIn(ClientTool, tool, place))
  checkToolOptions(tool, place, dialect)
  checkSchema(tool.input_schema, `${place}.input_schema`)
  return String(tool.name)
}

function checkTypedTool(tool: Json, type: string, path: string, dialect: Dialect): string {
  const isSearch = type.startsWith('tool_search_tool_')
  if (dialect.service === 'bedrock' && !(isSearch && hasBeta(dialect, 'tool-search-tool'))) {
    demand(tagFault(tool, BEDROCK_TAGS, path))
  }
  if (!TYPED_TOOL.test(type) && type !== 'mcp_toolset') {
    demand(tagFault(tool, [...BEDROCK_TAGS, 'web_fetch_20250910', 'web_search_20250305'], path))
  }
  return String(tool.name ?? tool.mcp_server_name)
}

/** What a client tool may say only with a beta on Bedrock; on the API it is general. */
const BEDROCK_OPTIONS: Record<string, string> = {
  defer_loading: 'tool-search-tool',
  eager_input_streaming: 'fine-grained-tool-streaming',
  input_examples: 'tool-examples',
  strict: 'structured-outputs',
  allowed_callers: 'advanced-tool-use',
}

function checkToolOptions(tool: Json, path: string, dialect: Dialect): void {
  if (dialect.service !== 'bedrock') return
  for (const [option, beta] of Object.entries(BEDROCK_OPTIONS)) {
    if (option in tool && !hasBeta(dialect, beta)) refuseExtra(`${path}.${option}`)
  }
}

function checkSchema(schema: unknown, path: string): void {
  if (!isRecord(schema)) return
  if (['oneOf', 'allOf', 'anyOf'].some((keyword) => keyword in schema)) {
    refuse(`${path}: input_schema does not support oneOf, allOf, or anyOf at the top level`)
  }
  const { properties, required } = schema
  const isValid =
    (properties === undefined || isRecord(properties)) &&
    (required === undefined || Array.isArray(required))
  if (!isValid) {
    refuse(
      `${path}: JSON schema is invalid. It must match JSON Schema draft 2020-12 ` +
        '(https://json-schema.org/draft/2020-12).',
    )
  }
}

function checkChoice(body: Json, names: string[]): void {
  const choice = body.tool_choice
  if (choice === undefined) return
  demand(tagFault(choice, Object.keys(TOOL_CHOICES), 'tool_choice'))
  if (!isRecord(choice)) return
  const tag = String(choice.type)
  const schema = TOOL_CHOICES[tag]
  if (schema) demand(faultIn(schema, choice, `tool_choice.${tag}`))
  if (names.length === 0) {
    refuse(`tool_choice.${tag}: may only be specified while providing tools`)
  }
  if (tag === 'tool' && !names.includes(String(choice.name))) {
    refuse(`Tool '${String(choice.name)}' not found in provided tools`)
  }
  const isForced = tag === 'any' || tag === 'tool'
  if (isForced && isRecord(body.thinking) && body.thinking.type === 'enabled') {
    refuse('Thinking may not be enabled when tool_choice forces tool use.')
  }
}
