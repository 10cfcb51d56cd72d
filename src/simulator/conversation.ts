import { isRecord } from '../json.ts'
import { type Json, objectsIn } from './json.ts'

/** Reading a conversation, whether it is written as Messages or as Chat Completions. */

/** What the user said last; empty where the turn carries a tool's result instead. */
export function lastWords(body: Json): string {
  const last = objectsIn(body.messages).findLast((message) => message.role !== 'system')
  if (last?.role !== 'user') return ''
  if (typeof last.content === 'string') return last.content
  const parts = objectsIn(last.content)
  if (parts.some((part) => part.type === 'tool_result')) return ''
  return parts.map((part) => (typeof part.text === 'string' ? part.text : '')).join('\n')
}

export function toolNames(body: Json): string[] {
  return objectsIn(body.tools).map((tool) =>
    String(isRecord(tool.function) ? tool.function.name : tool.name),
  )
}
