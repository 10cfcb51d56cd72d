import { isRecord } from '../json.ts'
import { reject, tooLong } from './chat-refusal.ts'
import { type ChatService, thoughtsOf, unknownField } from './chat-service.ts'
import { checkFunctionName } from './chat-tools-check.ts'
import { type Json, objectsIn } from './json.ts'

/** Checks every message, and that each tool call is answered before anybody else speaks. */
export function checkChatMessages(messages: unknown[], service: ChatService): void {
  const checked = messages.map((message, index) =>
    checkMessage(message, `messages[${index}]`, service),
  )
  checkToolCalls(checked)
}

const MEMBERS: Record<string, string[]> = {
  system: ['role', 'content', 'name'],
  developer: ['role', 'content', 'name'],
  user: ['role', 'content', 'name'],
  assistant: ['role', 'content', 'name', 'refusal', 'audio', 'tool_calls', 'function_call'],
  tool: ['role', 'content', 'tool_call_id'],
}
const PARTS: Record<string, string[]> = {
  system: ['text'],
  developer: ['text'],
  user: ['text', 'image_url', 'input_audio', 'file'],
  assistant: ['text', 'refusal'],
  tool: ['text'],
}

function checkMessage(message: unknown, path: string, service: ChatService): Json {
  if (!isRecord(message)) {
    return reject(`Invalid type for '${path}': expected an object.`, path, 'invalid_type')
  }
  const role = String(message.role)
  const members = MEMBERS[role]
  if (!members) {
    return reject(
      `Invalid value: '${role}'. Supported values are: 'system', 'assistant', 'user', ` +
        "'function', 'tool', and 'developer'.",
      `${path}.role`,
      'invalid_value',
    )
  }
  const thoughts = role === 'assistant' ? thoughtsOf(service) : []
  for (const name of Object.keys(message)) {
    const isGroqName = service.name === 'groq' && name === 'name'
    if (isGroqName || ![...members, ...thoughts].includes(name)) {
      const place = `${path}.${name}`
      reject(unknownField(service, place, false), place, 'unknown_parameter')
    }
  }
  checkContent(message, path, service)
  if (role === 'assistant') checkCalls(message, path)
  return message
}

function checkContent(message: Json, path: string, service: ChatService): void {
  const { content, role } = message
  const place = `${path}.content`
  if (typeof content === 'string') return
  if (content === undefined || content === null) {
    if (role === 'assistant' && objectsIn(message.tool_calls).length > 0) return
    reject("Invalid value for 'content': expected a string, got null.", place)
  }
  if (!Array.isArray(content) || content.length === 0) {
    reject(
      `Invalid type for '${place}': expected one of a string or array of objects.`,
      place,
      'invalid_type',
    )
  }
  for (const [index, part] of content.entries()) {
    checkPart(part, PARTS[String(role)] ?? [], `${place}[${index}]`, service)
  }
}

function checkPart(part: unknown, types: string[], path: string, service: ChatService): void {
  if (!isRecord(part) || !types.includes(String(part.type))) {
    const type = isRecord(part) ? String(part.type) : typeof part
    const known = types.map((name) => `'${name}'`).join(', ')
    reject(
      `Invalid value: '${type}'. Supported values are: ${known}.`,
      `${path}.type`,
      'invalid_value',
    )
  }
  const type = String(part.type)
  const extras = service.name === 'openrouter' ? ['cache_control'] : ['prompt_cache_breakpoint']
  for (const name of Object.keys(part)) {
    if (!['type', type, ...extras].includes(name)) {
      const place = `${path}.${name}`
      reject(unknownField(service, place, false), place, 'unknown_parameter')
    }
  }
  if (type === 'text' && typeof part.text !== 'string') {
    reject(`Missing required parameter: '${path}.text'.`, `${path}.text`)
  }
  if (type === 'image_url') checkImage(part.image_url, `${path}.image_url`)
}

/** The rule for a picture, wherever it stands. */
export function checkImage(image: unknown, path: string): void {
  const url = isRecord(image) ? image.url : undefined
  if (typeof url !== 'string' || !/^(https?:\/\/|data:image\/[a-z]+;base64,.)/.test(url)) {
    reject(
      `Invalid '${path}.url'. Expected a base64-encoded data URL with an image MIME type (e.g. ` +
        "'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got an invalid value.",
      `${path}.url`,
      'invalid_value',
    )
  }
}

function checkCalls(message: Json, path: string): void {
  if (!('tool_calls' in message)) return
  const calls = objectsIn(message.tool_calls)
  if (calls.length === 0) {
    reject(
      `Invalid '${path}.tool_calls': empty array. Expected an array with minimum length 1, but ` +
        'got an empty array instead.',
      `${path}.tool_calls`,
      'empty_array',
    )
  }
  for (const [index, call] of calls.entries()) checkCall(call, `${path}.tool_calls[${index}]`)
  const ids = calls.map((call) => call.id)
  if (new Set(ids).size < ids.length) {
    reject(`Duplicate value for 'id' in ${path}.tool_calls.`, `${path}.tool_calls`)
  }
}

function checkCall(call: Json, path: string): void {
  if (call.type !== 'function' || !isRecord(call.function)) {
    reject(`Missing required parameter: '${path}.function'.`, `${path}.function`)
  }
  if (typeof call.id !== 'string' || call.id === '') {
    reject(`Missing required parameter: '${path}.id'.`, `${path}.id`)
  }
  if (call.id.length > 40) tooLong(`${path}.id`, 40)
  checkFunctionName(call.function.name, `${path}.function.name`)
  if (typeof call.function.arguments !== 'string') {
    const place = `${path}.function.arguments`
    reject(`Invalid type for '${place}': expected a string.`, place, 'invalid_type')
  }
}

function checkToolCalls(messages: Json[]): void {
  let open = new Set<string>()
  let answered = new Set<string>()
  for (const [index, message] of messages.entries()) {
    if (message.role !== 'tool') {
      refuseUnanswered(open, index)
      open = new Set(objectsIn(message.tool_calls).map((call) => String(call.id)))
      answered = new Set()
      continue
    }
    const id = String(message.tool_call_id)
    if (!open.delete(id)) refuseResult(id, answered, index)
    answered.add(id)
  }
  refuseUnanswered(open, messages.length)
}

function refuseResult(id: string, answered: Set<string>, index: number): never {
  if (answered.has(id)) {
    reject(`Duplicate value for 'tool_call_id' of '${id}'.`, `messages.[${index}].tool_call_id`)
  }
  reject(
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with " +
      "'tool_calls'.",
    `messages.[${index}].role`,
  )
}

function refuseUnanswered(open: Set<string>, index: number): void {
  if (open.size === 0) return
  reject(
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each " +
      "'tool_call_id'. The following tool_call_ids did not have response messages: " +
      [...open].join(', '),
    `messages.[${index}].role`,
  )
}
