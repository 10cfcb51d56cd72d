import Type, { type TProperties, type TSchema } from 'typebox'

/**
 * The shapes of a Messages request, closed as the service closes them. What decides by a `type`
 * (blocks, tools, thinking) is a table, because the service names the tag it looked at.
 * Source: the request types of @anthropic-ai/sdk.
 */
function closed(properties: TProperties): TSchema {
  return Type.Object(properties, { additionalProperties: false })
}

const unknown = Type.Optional(Type.Unknown())
const text = Type.String()
const flag = Type.Optional(Type.Boolean())
const id = Type.String({ pattern: '^[a-zA-Z0-9_-]+$' })
const nullableText = Type.Optional(Type.Union([Type.String(), Type.Null()]))

/** Members of the body with a shape of their own; the others are looked at elsewhere. */
export const Envelope = Type.Object({
  model: Type.String({ minLength: 1, maxLength: 256 }),
  max_tokens: Type.Integer({ minimum: 0 }),
  messages: Type.Array(Type.Unknown()),
  stream: flag,
  stop_sequences: Type.Optional(Type.Array(Type.String())),
  temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  top_p: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  top_k: Type.Optional(Type.Integer({ minimum: 0 })),
  metadata: Type.Optional(closed({ user_id: nullableText })),
  service_tier: Type.Optional(Type.Enum(['auto', 'standard_only'])),
  speed: Type.Optional(Type.Enum(['standard', 'fast'])),
  context_management: Type.Optional(
    closed({ edits: Type.Optional(Type.Array(Type.Object({ type: Type.String() }))) }),
  ),
})

export const Message = Type.Object({
  role: Type.Enum(['user', 'assistant', 'system']),
  content: Type.Union([Type.String(), Type.Array(Type.Unknown())]),
})

const serverToolResult = closed({
  type: text,
  tool_use_id: id,
  content: Type.Unknown(),
  cache_control: unknown,
  caller: unknown,
})

export const BLOCKS: Record<string, TSchema> = {
  bash_code_execution_tool_result: serverToolResult,
  code_execution_tool_result: serverToolResult,
  container_upload: closed({ type: text, file_id: text, cache_control: unknown }),
  document: closed({
    type: text,
    source: Type.Object({ type: text }),
    title: nullableText,
    context: nullableText,
    citations: unknown,
    cache_control: unknown,
  }),
  image: closed({ type: text, source: Type.Object({ type: text }), cache_control: unknown }),
  redacted_thinking: closed({ type: text, data: text }),
  search_result: closed({
    type: text,
    source: text,
    title: text,
    content: Type.Array(Type.Unknown()),
    citations: unknown,
    cache_control: unknown,
  }),
  server_tool_use: closed({
    type: text,
    id,
    name: text,
    input: Type.Object({}),
    cache_control: unknown,
    caller: unknown,
  }),
  text: closed({ type: text, text, cache_control: unknown, citations: unknown }),
  text_editor_code_execution_tool_result: serverToolResult,
  thinking: closed({ type: text, thinking: text, signature: text }),
  tool_addition: closed({ type: text, tool: Type.Object({}), cache_control: unknown }),
  tool_removal: closed({ type: text, tool: Type.Object({}), cache_control: unknown }),
  tool_reference: closed({ type: text, tool_name: text, cache_control: unknown }),
  tool_result: closed({
    type: text,
    tool_use_id: id,
    content: Type.Optional(Type.Union([Type.String(), Type.Array(Type.Unknown())])),
    is_error: flag,
    cache_control: unknown,
  }),
  tool_search_tool_result: serverToolResult,
  tool_use: closed({
    type: text,
    id,
    name: Type.String({ minLength: 1, maxLength: 200 }),
    input: Type.Object({}),
    cache_control: unknown,
    caller: unknown,
    toolset_name: unknown,
  }),
  web_fetch_tool_result: serverToolResult,
  web_search_tool_result: serverToolResult,
}

/** Which blocks stand where. */
const SERVER_RESULTS = Object.keys(BLOCKS).filter((type) => type.endsWith('_tool_result'))
export const BLOCKS_OF: Record<string, readonly string[]> = {
  user: ['container_upload', 'document', 'image', 'search_result', 'text', 'tool_result'],
  assistant: [
    ...['document', 'redacted_thinking', 'server_tool_use', 'text', 'thinking', 'tool_use'],
    ...SERVER_RESULTS,
  ],
  system: ['text', 'tool_addition', 'tool_removal'],
  tool_result: ['document', 'image', 'search_result', 'text', 'tool_reference'],
}

export const SOURCES: Record<string, TSchema> = {
  base64: closed({ type: text, media_type: text, data: Type.String({ minLength: 1 }) }),
  content: closed({ type: text, content: Type.Unknown() }),
  file: closed({ type: text, file_id: text }),
  text: closed({ type: text, media_type: Type.Literal('text/plain'), data: text }),
  url: closed({ type: text, url: text }),
}

export const ClientTool = closed({
  type: Type.Optional(Type.Union([Type.Literal('custom'), Type.Null()])),
  name: Type.String({ pattern: '^[a-zA-Z0-9_-]{1,128}$' }),
  description: Type.Optional(Type.String()),
  input_schema: Type.Object({ type: Type.Literal('object') }),
  cache_control: unknown,
  strict: flag,
  defer_loading: flag,
  eager_input_streaming: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  input_examples: Type.Optional(Type.Array(Type.Object({}))),
  allowed_callers: Type.Optional(Type.Array(Type.String())),
})

export const TOOL_CHOICES: Record<string, TSchema> = {
  any: closed({ type: text, disable_parallel_tool_use: flag }),
  auto: closed({ type: text, disable_parallel_tool_use: flag }),
  none: closed({ type: text }),
  tool: closed({ type: text, name: text, disable_parallel_tool_use: flag }),
}

const display = Type.Optional(Type.Union([Type.Enum(['summarized', 'omitted']), Type.Null()]))

export const THINKING: Record<string, TSchema> = {
  adaptive: closed({ type: text, display, block_binding: unknown }),
  between_tools: closed({ type: text, block_binding: unknown }),
  disabled: closed({ type: text }),
  enabled: closed({
    type: text,
    budget_tokens: Type.Integer({ minimum: 1024 }),
    display,
    block_binding: unknown,
  }),
}

export const OutputConfig = closed({
  effort: Type.Optional(
    Type.Union([Type.Enum(['low', 'medium', 'high', 'xhigh', 'max']), Type.Null()]),
  ),
  format: unknown,
  task_budget: unknown,
})

export const CacheControl = closed({
  type: Type.Literal('ephemeral'),
  ttl: Type.Optional(Type.Enum(['5m', '1h'])),
  scope: unknown,
})
