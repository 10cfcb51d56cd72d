import { checkHabits } from './chat-habits.ts'
import { checkChatMessages } from './chat-messages-check.ts'
import { checkTypes, reject, tooLong } from './chat-refusal.ts'
import { type ChatService, hasTools, membersOf, unknownField } from './chat-service.ts'
import { checkChatTools } from './chat-tools-check.ts'
import type { Json } from './json.ts'

/** Everything a Chat Completions service says no to, in OpenAI's words. Throws a Refusal. */
export function checkChat(body: Json, service: ChatService): void {
  const members = membersOf(service)
  for (const name of Object.keys(body)) {
    if (members && !members.includes(name)) reject(unknownField(service, name, true))
  }
  if (typeof body.model !== 'string' || body.model === '') {
    reject('you must provide a model parameter')
  }
  if (!Array.isArray(body.messages)) {
    reject("Missing required parameter: 'messages'.", 'messages', 'missing_required_parameter')
  }
  if (body.messages.length === 0) {
    reject(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an " +
        'empty array instead.',
      'messages',
      'empty_array',
    )
  }
  checkTypes(body, TYPES)
  checkLimits(body, service)
  checkChatTools(body, service)
  checkChatMessages(body.messages, service)
  checkHabits(body, service.name)
  if (service.name === 'openai') checkOpenAiModel(body, service)
}

const TYPES: Record<string, 'string' | 'number' | 'boolean'> = {
  stream: 'boolean',
  parallel_tool_calls: 'boolean',
  max_tokens: 'number',
  max_completion_tokens: 'number',
  temperature: 'number',
  top_p: 'number',
  reasoning_effort: 'string',
  prompt_cache_key: 'string',
  safety_identifier: 'string',
  user: 'string',
}

function checkLimits(body: Json, service: ChatService): void {
  if ('max_tokens' in body && 'max_completion_tokens' in body) {
    reject(
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
      'max_tokens',
      'invalid_parameter_combination',
    )
  }
  for (const name of ['max_tokens', 'max_completion_tokens']) {
    if (name in body && Number(body[name]) < 1) {
      reject(
        `Invalid '${name}': integer below minimum value. Expected a value >= 1, but got ` +
          `${String(body[name])} instead.`,
        name,
        'integer_below_min_value',
      )
    }
  }
  if ('stream_options' in body && body.stream !== true) {
    reject(
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      'stream_options',
    )
  }
  if (Array.isArray(body.stop) && body.stop.length > 4) {
    reject(
      "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array " +
        `with length ${body.stop.length} instead.`,
      'stop',
      'array_above_max_length',
    )
  }
  if (String(body.safety_identifier ?? '').length > 64) tooLong('safety_identifier', 64)
  if (body.n !== undefined && body.n !== 1 && service.name === 'groq') {
    reject("'n' : number must be at most 1")
  }
}

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh']

function checkOpenAiModel(body: Json, { reasons, toolsElsewhere }: ChatService): void {
  const effort = body.reasoning_effort
  if (effort !== undefined && !(reasons && EFFORTS.includes(String(effort)))) {
    reject(
      `Unsupported value: 'reasoning_effort' does not support '${String(effort)}' with this model.`,
      'reasoning_effort',
      'unsupported_value',
    )
  }
  if (!reasons) return
  if ('max_tokens' in body) {
    reject(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use " +
        "'max_completion_tokens' instead.",
      'max_tokens',
      'unsupported_parameter',
    )
  }
  for (const name of ['temperature', 'top_p', 'stop']) {
    if (name in body && body[name] !== 1) {
      reject(
        `Unsupported parameter: '${name}' is not supported with this model.`,
        name,
        'unsupported_parameter',
      )
    }
  }
  if (toolsElsewhere && hasTools(body) && effort !== 'none') {
    reject(
      `Function tools with reasoning_effort are not supported for ${String(body.model)} in ` +
        '/v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort ' +
        "to 'none'.",
      'reasoning_effort',
    )
  }
}
