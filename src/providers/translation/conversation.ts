import type { Block, Message } from '../../messages/request.ts'

/** An assistant's message with what answers it; before the first of them there is none. */
export interface Turn {
  assistant: Message | null
  /** Everything up to the next assistant message. */
  replies: Message[]
}

export function turns(messages: readonly Message[]): Turn[] {
  const all: Turn[] = [{ assistant: null, replies: [] }]
  for (const message of messages) {
    if (message.role === 'assistant') all.push({ assistant: message, replies: [] })
    else all.at(-1)?.replies.push(message)
  }
  return all
}

/** A call of the conversation, and the id it goes by on the wire. */
export interface ToolCall {
  use: Block
  id: string
}

export function toolUses(message: Message | null): Block[] {
  if (!message) return []
  return asBlocks(message.content).filter(({ type, name }) => type === 'tool_use' && name)
}

/**
 * The result of each call, in their order, and undefined for a call that has none. Every wire wants
 * one for each; results that answer no call are left out.
 */
export function resultsOf(
  calls: readonly Block[],
  replies: readonly Message[],
): (Block | undefined)[] {
  const results = replies.flatMap(({ content }) => asBlocks(content)).filter(isToolResult)
  const byCall = Map.groupBy(results, ({ tool_use_id }) => tool_use_id)
  return calls.map(({ id }) => byCall.get(id)?.shift())
}

export function isToolResult({ type }: Block): boolean {
  return type === 'tool_result'
}

export function asBlocks(content: string | Block[]): Block[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}
