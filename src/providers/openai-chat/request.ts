import type {
  ChatCompletionFunctionTool,
  ChatCompletionToolChoiceOption,
} from 'openai/resources/chat/completions'
import { isRecord, tryParse } from '../../json.ts'
import type { ClientRequest, CountTokensBody, MessagesBody } from '../../messages/request.ts'
import { hash } from '../translation/names.ts'
import type { Dialect } from './content.ts'
import { type ChatMessage, toChatMessages } from './messages.ts'
import type { Quirks } from './quirks.ts'
import { reasoningFields } from './reasoning.ts'
import { toChatTools, toToolChoice } from './tools.ts'

/** What goes to `/chat/completions`; the fields of single vendors are not spelled out. */
export interface ChatBody {
  model: string
  messages: ChatMessage[]
  stream: boolean
  tools?: ChatCompletionFunctionTool[]
  tool_choice?: ChatCompletionToolChoiceOption
  [field: string]: unknown
}

/** A Messages request as a Chat Completions request for this model of this service. */
export function toChatBody({ body, headers }: ClientRequest, dialect: Dialect): ChatBody {
  const { model, baseModel, quirks } = dialect
  const tools = toChatTools(body.tools, dialect)
  const toolChoice = toToolChoice(body.tool_choice, tools, dialect)
  return {
    model,
    messages: toChatMessages(body, dialect),
    ...(tools.length > 0 && { tools }),
    ...(toolChoice && { tool_choice: toolChoice }),
    ...parallelField(body, tools, dialect),
    [quirks.maxTokensField]: outputTokens(body, dialect),
    ...samplingFields(body, dialect),
    ...reasoningFields(body, tools.length > 0, quirks.reasoning(baseModel)),
    ...formatField(body, tools, quirks),
    ...identityFields(body, headers, quirks),
    stream: body.stream === true,
    ...(body.stream && quirks.streamOptions && { stream_options: { include_usage: true } }),
  }
}

export function parallelField(
  { tool_choice }: CountTokensBody,
  tools: readonly unknown[],
  { baseModel, quirks }: Dialect,
): Record<string, unknown> {
  const single = tool_choice?.disable_parallel_tool_use && tools.length > 0
  return single && quirks.parallelToolCalls(baseModel) ? { parallel_tool_calls: false } : {}
}

export function outputTokens({ max_tokens }: MessagesBody, { baseModel, quirks }: Dialect): number {
  const { leastOutputTokens, mostOutputTokens } = quirks
  return Math.max(leastOutputTokens, Math.min(max_tokens, mostOutputTokens(baseModel)))
}

function samplingFields(body: MessagesBody, dialect: Dialect): Record<string, unknown> {
  const { temperature, top_p, top_k, stop_sequences = [] } = body
  const { baseModel, quirks } = dialect
  const isSampling = quirks.sampling(baseModel)
  const stop = stop_sequences.slice(0, quirks.mostStops(baseModel))
  return {
    ...(isSampling && temperature !== undefined && { temperature }),
    ...(isSampling && top_p !== undefined && { top_p }),
    ...(isSampling && top_k !== undefined && quirks.topK && { top_k }),
    ...(stop.length > 0 && { stop }),
  }
}

function formatField(
  { output_config }: MessagesBody,
  tools: readonly unknown[],
  { formatWithTools }: Quirks,
): Record<string, unknown> {
  const format = output_config?.format
  if (!isRecord(format) || format.type !== 'json_schema') return {}
  if (tools.length > 0 && !formatWithTools) return {}
  const schema = format.schema
  const json_schema = { name: 'answer', schema, strict: isStrict(schema) }
  return { response_format: { type: 'json_schema', json_schema } }
}

/** OpenAI's strict mode wants every object closed and every property required. */
export function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict)
  if (!isRecord(schema)) return true
  const { properties, required, additionalProperties } = schema
  if (isRecord(properties)) {
    if (additionalProperties !== false || !Array.isArray(required)) return false
    if (!Object.keys(properties).every((name) => required.includes(name))) return false
  }
  return Object.values(schema).every(isStrict)
}

export function identityFields(
  { metadata }: MessagesBody,
  headers: Headers,
  quirks: Quirks,
): Record<string, unknown> {
  const user = metadata?.user_id
  const session = headers.get('x-claude-code-session-id') ?? memberOf(user, 'session_id')
  const device = memberOf(user, 'device_id')
  return {
    // Both take 64 characters, the length of a hash.
    ...(quirks.promptCacheKey && session && { prompt_cache_key: hash(session) }),
    ...(quirks.safetyIdentifier && device && { safety_identifier: hash(device) }),
  }
}

/** Claude Code writes `user_id` as JSON; anyone else's stands for all of its members. */
function memberOf(
  user: string | null | undefined,
  name: 'session_id' | 'device_id',
): string | null {
  if (!user) return null
  const parsed = tryParse(user)
  const member = isRecord(parsed) ? parsed[name] : null
  return typeof member === 'string' ? member : user
}
