import { isRecord } from '../json.ts'
import { checkImage } from './chat-messages-check.ts'
import { reject, tooLong } from './chat-refusal.ts'
import { checkFunctionName } from './chat-tools-check.ts'
import type { Json } from './json.ts'
import { Refusal } from './refusal.ts'

/**
 * Checks every item, that each call has its output and each output its call, and that what was
 * thought stands before what came of it. `isStored`: the service keeps responses, and knows items by
 * their ids.
 */
export function checkInput(input: unknown, isStored: boolean): void {
  if (typeof input === 'string') return
  if (!Array.isArray(input) || input.length === 0) {
    reject("Missing required parameter: 'input'.", 'input', 'missing_required_parameter')
  }
  const items = input.map((item, index) => checkItem(item, `input[${index}]`))
  checkCalls(items)
  checkThoughts(items, isStored)
}

const MEMBERS: Record<string, string[]> = {
  message: ['type', 'id', 'role', 'content', 'status', 'phase'],
  function_call: ['type', 'id', 'call_id', 'name', 'arguments', 'status'],
  function_call_output: ['type', 'id', 'call_id', 'output', 'status'],
  reasoning: ['type', 'id', 'summary', 'content', 'encrypted_content', 'status'],
}

function checkItem(item: unknown, path: string): Json {
  if (!isRecord(item)) {
    return reject(`Invalid type for '${path}': expected an object.`, path, 'invalid_type')
  }
  const type = item.type === undefined && 'role' in item ? 'message' : String(item.type)
  const members = MEMBERS[type]
  if (!members) return invalidValue(`${path}.type`, type, Object.keys(MEMBERS))
  for (const name of Object.keys(item)) {
    if (!members.includes(name)) unknown(`${path}.${name}`)
  }
  if (type === 'message') checkMessage(item, path)
  if (type === 'function_call') checkCall(item, path)
  if (type === 'function_call_output') checkOutput(item, path)
  if (type === 'reasoning') checkReasoning(item, path)
  return { ...item, type }
}

const PARTS: Record<string, string[]> = {
  user: ['input_text', 'input_image', 'input_file'],
  system: ['input_text'],
  developer: ['input_text'],
  assistant: ['output_text', 'refusal'],
}

function checkMessage(item: Json, path: string): void {
  const role = String(item.role)
  const parts = PARTS[role]
  if (!parts) invalidValue(`${path}.role`, role, Object.keys(PARTS))
  const phases = ['commentary', 'final_answer']
  if ('phase' in item && (role !== 'assistant' || !phases.includes(String(item.phase)))) {
    invalidValue(`${path}.phase`, String(item.phase), phases)
  }
  checkContent(item.content, parts, `${path}.content`)
}

function checkContent(content: unknown, types: string[], path: string): void {
  if (typeof content === 'string') return
  if (!Array.isArray(content) || content.length === 0) {
    reject(
      `Invalid type for '${path}': expected one of an array of objects or string.`,
      path,
      'invalid_type',
    )
  }
  for (const [index, part] of content.entries()) checkPart(part, types, `${path}[${index}]`)
}

const PART_MEMBERS: Record<string, string[]> = {
  input_text: ['text'],
  output_text: ['text', 'annotations', 'logprobs'],
  refusal: ['refusal'],
  input_image: ['image_url', 'file_id', 'detail'],
  input_file: ['file_data', 'file_id', 'file_url', 'filename', 'detail'],
}

function checkPart(part: unknown, types: string[], path: string): void {
  if (!isRecord(part) || !types.includes(String(part.type))) {
    invalidValue(`${path}.type`, isRecord(part) ? String(part.type) : typeof part, types)
  }
  const members = ['type', 'prompt_cache_breakpoint', ...(PART_MEMBERS[String(part.type)] ?? [])]
  for (const name of Object.keys(part)) if (!members.includes(name)) unknown(`${path}.${name}`)
  if (/_text$/.test(String(part.type)) && typeof part.text !== 'string') missing(`${path}.text`)
  if (part.type === 'input_image') checkImage({ url: part.image_url }, `${path}.image_url`)
  if (part.type === 'input_file' && !part.file_data && !part.file_url && !part.file_id) {
    missing(`${path}.file_data`)
  }
}

function checkCall(item: Json, path: string): void {
  checkCallId(item.call_id, `${path}.call_id`)
  checkFunctionName(item.name, `${path}.name`)
  if (typeof item.arguments !== 'string') missing(`${path}.arguments`)
}

function checkOutput(item: Json, path: string): void {
  checkCallId(item.call_id, `${path}.call_id`)
  checkContent(item.output, PARTS.user ?? [], `${path}.output`)
}

function checkCallId(id: unknown, path: string): void {
  if (typeof id !== 'string' || id === '') missing(path)
  if (String(id).length > 64) tooLong(path, 64)
}

function checkReasoning(item: Json, path: string): void {
  if (!Array.isArray(item.summary)) missing(`${path}.summary`)
}

function checkCalls(items: Json[]): void {
  const called = new Set<string>()
  const answered = new Set<string>()
  for (const { type, call_id } of items) {
    const id = String(call_id)
    if (type === 'function_call') {
      if (called.has(id)) reject(`Duplicate function call with call_id ${id}.`, 'input')
      called.add(id)
    }
    if (type === 'function_call_output') {
      if (!called.has(id) || answered.has(id)) {
        reject(`No tool call found for function call output with call_id ${id}.`, 'input')
      }
      answered.add(id)
    }
  }
  const open = [...called].find((id) => !answered.has(id))
  if (open !== undefined) reject(`No tool output found for function call ${open}.`, 'input')
}

function checkThoughts(items: Json[], isStored: boolean): void {
  for (const [index, item] of items.entries()) {
    if (item.type !== 'reasoning') continue
    const { id, encrypted_content, content } = item
    const next = items[index + 1]
    const isFollowed =
      next?.type === 'reasoning' ||
      next?.type === 'function_call' ||
      (next?.type === 'message' && next.role === 'assistant' && (next.id || !id))
    if (!isFollowed) {
      reject(
        `Item '${String(id)}' of type 'reasoning' was provided without its required following item.`,
        'input',
      )
    }
    const isLookedUp = id !== undefined || !(encrypted_content || content)
    if (!isStored && isLookedUp) {
      throw new Refusal(
        404,
        `Item with id '${String(id)}' not found. Items are not persisted when \`store\` is set to ` +
          'false. Try again with `store` set to true, or remove this item from your input.',
        { param: 'input' },
      )
    }
  }
}

function unknown(path: string): never {
  reject(`Unknown parameter: '${path}'.`, path, 'unknown_parameter')
}

function missing(path: string): never {
  reject(`Missing required parameter: '${path}'.`, path, 'missing_required_parameter')
}

function invalidValue(path: string, value: string, known: string[]): never {
  const values = known.map((name) => `'${name}'`).join(', ')
  reject(`Invalid value: '${value}'. Supported values are: ${values}.`, path, 'invalid_value')
}
