import { isRecord } from '../json.ts'
import { checkTypes, reject, tooLong } from './chat-refusal.ts'
import { chatServiceOf, hasTools } from './chat-service.ts'
import type { Json } from './json.ts'
import { checkInput } from './responses-input-check.ts'
import { checkResponsesTools } from './responses-tools-check.ts'

/** Everything the Responses API says no to, in OpenAI's words. Throws a Refusal. */
export function checkResponses(body: Json, isCount: boolean): void {
  const members = isCount ? PROMPT : [...PROMPT, ...GENERATION]
  const foreign = Object.keys(body).find((name) => !members.includes(name))
  if (foreign) reject(`Unknown parameter: '${foreign}'.`, foreign, 'unknown_parameter')
  if (typeof body.model !== 'string' || body.model === '') {
    reject("Missing required parameter: 'model'.", 'model', 'missing_required_parameter')
  }
  checkTypes(body, TYPES)
  checkLimits(body)
  checkResponsesTools(body)
  checkInput(body.input, body.store !== false)
  checkModel(body)
}

const PROMPT = [
  ...['model', 'input', 'instructions', 'conversation', 'previous_response_id', 'truncation'],
  ...['tools', 'tool_choice', 'parallel_tool_calls', 'reasoning', 'text'],
]
const GENERATION = [
  ...['background', 'context_management', 'include', 'max_output_tokens', 'max_tool_calls'],
  ...['metadata', 'prompt', 'prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention'],
  ...['safety_identifier', 'service_tier', 'store', 'stream', 'stream_options', 'temperature'],
  ...['top_logprobs', 'top_p', 'user'],
]

const TYPES: Record<string, 'string' | 'number' | 'boolean' | 'object'> = {
  instructions: 'string',
  parallel_tool_calls: 'boolean',
  max_output_tokens: 'number',
  temperature: 'number',
  top_p: 'number',
  reasoning: 'object',
  text: 'object',
  include: 'object',
  store: 'boolean',
  stream: 'boolean',
  prompt_cache_key: 'string',
  safety_identifier: 'string',
}

function checkLimits(body: Json): void {
  if (typeof body.max_output_tokens === 'number' && body.max_output_tokens < 16) {
    reject(
      "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got " +
        `${body.max_output_tokens} instead.`,
      'max_output_tokens',
      'integer_below_min_value',
    )
  }
  for (const name of ['safety_identifier', 'prompt_cache_key']) {
    if (String(body[name] ?? '').length > 64) tooLong(name, 64)
  }
}

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', null, undefined]
const SUMMARIES = ['auto', 'concise', 'detailed', null, undefined]

function checkModel(body: Json): void {
  const { reasons, name: service, toolsElsewhere } = chatServiceOf('', String(body.model))
  const { effort, summary, ...others } = isRecord(body.reasoning) ? body.reasoning : {}
  const foreign = Object.keys(others).find((name) => !['context', 'mode'].includes(name))
  if (foreign) {
    const place = `reasoning.${foreign}`
    reject(`Unknown parameter: '${place}'.`, place, 'unknown_parameter')
  }
  if (!EFFORTS.some((known) => known === effort) || (effort === 'minimal' && toolsElsewhere)) {
    unsupported('reasoning.effort', effort)
  }
  if (!SUMMARIES.some((known) => known === summary)) unsupported('reasoning.summary', summary)
  if (service !== 'openai') return
  if (!reasons && body.reasoning) unsupportedHere('reasoning.effort')
  if (!reasons && Array.isArray(body.include)) {
    reject('Encrypted content is not supported with this model.', 'include')
  }
  for (const name of ['temperature', 'top_p']) {
    if (reasons && name in body && body[name] !== 1) unsupportedHere(name)
  }
  if (/^o\d/.test(String(body.model)) && hasTools(body) && 'parallel_tool_calls' in body) {
    unsupportedHere('parallel_tool_calls')
  }
}

function unsupported(name: string, value: unknown): never {
  reject(
    `Unsupported value: '${name}' does not support '${String(value)}' with this model.`,
    name,
    'unsupported_value',
  )
}

function unsupportedHere(name: string): never {
  reject(
    `Unsupported parameter: '${name}' is not supported with this model.`,
    name,
    'unsupported_parameter',
  )
}
