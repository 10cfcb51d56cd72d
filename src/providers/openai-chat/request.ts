import type {
  ChatCompletionFunctionTool,
  ChatCompletionToolChoiceOption,
} from 'openai/resources/chat/completions'
import { isRecord, tryParse } from '../../json.ts'
import type { ClientRequest, MessagesBody } from '../../messages/request.ts'
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
  const { model, quirks } = dialect
  const tools = toChatTools(body.tools, quirks.droppedKeywords)
  const toolChoice = toToolChoice(body.tool_choice, tools)
  return {
    model,
    messages: toChatMessages(body, dialect),
    ...(tools.length > 0 && { tools }),
    ...(toolChoice && { tool_choice: toolChoice }),
    ...parallelField(body, tools, dialect),
    [quirks.maxTokensField]: outputTokens(body, dialect),
    ...samplingFields(body, dialect),
    ...reasoningFields(body, tools.length > 0, quirks.reasoning(model)),
    ...formatField(body, tools, quirks),
    ...identityFields(body, headers, quirks),
    stream: body.stream === true,
    ...(body.stream && { stream_options: { include_usage: true } }),
  }
}

function parallelField(
  { tool_choice }: MessagesBody,
  tools: readonly unknown[],
  { model, quirks }: Dialect,
): Record<string, unknown> {
  const single = tool_choice?.disable_parallel_tool_use && tools.length > 0
  return single && quirks.parallelToolCalls(model) ? { parallel_tool_calls: false } : {}
}

function outputTokens({ max_tokens }: MessagesBody, { model, quirks }: Dialect): number {
  return Math.max(quirks.leastOutputTokens, Math.min(max_tokens, quirks.mostOutputTokens(model)))
}

/** All of them allow four stop sequences, and more is a 400. */
const MOST_STOPS = 4

function samplingFields(body: MessagesBody, { model, quirks }: Dialect): Record<string, unknown> {
  const { temperature, top_p, top_k, stop_sequences } = body
  if (!quirks.sampling(model)) return {}
  return {
    ...(temperature !== undefined && { temperature }),
    ...(top_p !== undefined && { top_p }),
    ...(top_k !== undefined && quirks.topK && { top_k }),
    ...(stop_sequences?.length && { stop: stop_sequences.slice(0, MOST_STOPS) }),
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
function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict)
  if (!isRecord(schema)) return true
  const { properties, required, additionalProperties } = schema
  if (isRecord(properties)) {
    if (additionalProperties !== false || !Array.isArray(required)) return false
    if (!Object.keys(properties).every((name) => required.includes(name))) return false
  }
  return Object.values(schema).every(isStrict)
}

function identityFields(
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
