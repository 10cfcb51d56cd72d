import { isRecord } from '../json.ts'
import { reject } from './chat-refusal.ts'
import type { ServiceHabits } from './chat-service.ts'
import { type Json, objectsIn } from './json.ts'
import { Refusal } from './refusal.ts'

/** What one service says no to and most others take, in its own words. */
export function checkHabits(body: Json, name: ServiceHabits): void {
  HABITS[name]?.(body)
}

const HABITS: Partial<Record<ServiceHabits, (body: Json) => void>> = {
  cerebras(body) {
    if (partsOf(body, 'image_url').length > 0) {
      throw new Refusal(422, 'Content type image_url is not supported by this model.')
    }
    refuseKeywords(body, ['format', 'pattern', 'minItems', 'maxItems'])
    for (const schema of schemasOf(body)) {
      if (isRecord(schema.properties) && !('additionalProperties' in schema)) {
        reject("'additionalProperties' is required to be supplied and to be false", 'tools')
      }
    }
  },

  deepseek(body) {
    if (partsOf(body, 'image_url').length > 0) {
      reject('unknown variant `image_url`, expected `text`', 'messages')
    }
    if (!isThinking(body)) return
    if (isForced(body)) reject('Thinking mode does not support this tool_choice', 'tool_choice')
    for (const message of callingMessages(body)) {
      if (typeof message.reasoning_content === 'string') continue
      reject('The `reasoning_content` in the thinking mode must be passed back to the API.')
    }
  },

  gemini(body) {
    refuseAddresses(body)
    for (const call of callingMessages(body).flatMap((one) => objectsIn(one.tool_calls))) {
      const google = isRecord(call.extra_content) ? call.extra_content.google : undefined
      if (isRecord(google) && typeof google.thought_signature === 'string') continue
      reject('Function call is missing a thought_signature in functionCall parts.')
    }
    checkGeminiSchemas(body)
  },

  groq(body) {
    const sees = /llama-4|vision/.test(String(body.model))
    if (partsOf(body, 'image_url').length > 0 && !sees) {
      reject("'messages' : content must be a string", 'messages')
    }
  },

  lmstudio(body) {
    refuseAddresses(body)
    if (isRecord(body.tool_choice)) {
      reject("Invalid tool_choice type: 'object'. Supported string values: none, auto, required")
    }
  },

  mistral(body) {
    for (const call of callingMessages(body).flatMap((one) => objectsIn(one.tool_calls))) {
      if (/^[a-zA-Z0-9]{9}$/.test(String(call.id))) continue
      reject(`Tool call id was ${call.id} but must be a-z, A-Z, 0-9, with a length of 9.`)
    }
    const roles = objectsIn(body.messages).map(({ role }) => role)
    if (roles.some((role, index) => role === 'user' && roles[index - 1] === 'tool')) {
      reject("Unexpected role 'user' after role 'tool'")
    }
  },

  moonshot(body) {
    refuseAddresses(body)
    const model = String(body.model)
    if (/kimi-k2\.[5-9]/.test(model) && ![undefined, 1].includes(numberIn(body.temperature))) {
      reject('invalid temperature: only 1 is allowed for this model', 'temperature')
    }
    if (!isThinking(body) || !/k2\.[5-9]|k2-thinking/.test(model)) return
    if (isForced(body)) reject("tool_choice 'specified' is incompatible with thinking enabled")
    for (const message of callingMessages(body)) {
      if (message.reasoning_content) continue
      reject('thinking is enabled but reasoning_content is missing in assistant tool call message')
    }
  },

  ollama(body) {
    refuseAddresses(body)
    if ('reasoning_effort' in body && !/gpt-oss|qwen3|deepseek-r1/.test(String(body.model))) {
      reject(`"${body.model}" does not support thinking`)
    }
  },

  openrouter(body) {
    if (/gemini/.test(String(body.model))) checkGeminiSchemas(body)
  },

  xai(body) {
    const model = String(body.model)
    if ('stop' in body && !/grok-3(?!-mini)/.test(model)) {
      reject('Argument not supported on this model: stop', 'stop')
    }
    if ('reasoning_effort' in body && !/grok-(3-mini|4\.3)/.test(model)) {
      reject(`Model ${model} does not support parameter reasoningEffort.`)
    }
  },

  zai(body) {
    if (body.tool_choice !== undefined && !['auto', 'none'].includes(String(body.tool_choice))) {
      reject('tool_choice only supports auto', 'tool_choice')
    }
    if (Array.isArray(body.stop) && body.stop.length > 1) reject('stop takes one word', 'stop')
  },
}

function partsOf({ messages }: Json, type: string): Json[] {
  const parts = objectsIn(messages).flatMap(({ content }) => objectsIn(content))
  return parts.filter((part) => part.type === type)
}

function callingMessages({ messages }: Json): Json[] {
  return objectsIn(messages).filter(({ tool_calls }) => objectsIn(tool_calls).length > 0)
}

function isThinking({ thinking }: Json): boolean {
  return !(isRecord(thinking) && thinking.type === 'disabled')
}

function isForced({ tool_choice }: Json): boolean {
  return tool_choice === 'required' || isRecord(tool_choice)
}

function refuseAddresses(body: Json): void {
  for (const { image_url } of partsOf(body, 'image_url')) {
    const url = isRecord(image_url) ? String(image_url.url) : ''
    if (!url.startsWith('data:')) reject('image_url must be a base64 encoded image', 'messages')
  }
}

/** The parameters of every tool, and every schema inside them. */
function schemasOf({ tools }: Json): Json[] {
  const functions = objectsIn(tools).map((tool) => tool.function)
  return functions.flatMap((one) => (isRecord(one) ? schemasIn(one.parameters) : []))
}

const NAMED = ['properties', 'patternProperties', '$defs', 'definitions']
const NESTED = ['items', 'additionalProperties', 'anyOf', 'oneOf', 'allOf', 'not', 'prefixItems']

function schemasIn(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(schemasIn)
  if (!isRecord(value)) return []
  const named = NAMED.flatMap((key) => (isRecord(value[key]) ? Object.values(value[key]) : []))
  return [value, ...[...named, ...NESTED.map((key) => value[key])].flatMap(schemasIn)]
}

function refuseKeywords(body: Json, keywords: string[]): void {
  for (const schema of schemasOf(body)) {
    const found = keywords.find((keyword) => keyword in schema)
    if (found) reject(`Unsupported JSON schema field: ${found}`, 'tools', 'wrong_api_format')
  }
}

const GEMINI_KEYWORDS = [
  ...['type', 'format', 'title', 'description', 'nullable', 'enum', 'items', 'minItems'],
  ...['maxItems', 'properties', 'required', 'minProperties', 'maxProperties', 'minimum'],
  ...['maximum', 'minLength', 'maxLength', 'pattern', 'anyOf', 'default', 'example'],
]

function checkGeminiSchemas(body: Json): void {
  for (const schema of schemasOf(body)) {
    const foreign = Object.keys(schema).find((key) => !GEMINI_KEYWORDS.includes(key))
    if (foreign) {
      reject(`Invalid JSON payload received. Unknown name "${foreign}": Cannot find field.`)
    }
    if (Array.isArray(schema.type)) {
      reject('Invalid JSON payload received. Proto field is not repeating, cannot start list.')
    }
  }
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
