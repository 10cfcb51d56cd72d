import { type Dialect, refuse } from './dialect.ts'
import type { CheckedMessage, Json } from './json.ts'

/** Who speaks when, what may be empty, and that every tool call is answered at once. */
export function checkTurns(messages: CheckedMessage[], dialect: Dialect): void {
  checkRoles(messages, dialect)
  checkContent(messages)
  checkToolCalls(messages)
}

function checkRoles(messages: CheckedMessage[], dialect: Dialect): void {
  if (messages[0]?.role === 'assistant') {
    refuse('messages: first message must use the "user" role')
  }
  for (const [index, message] of messages.entries()) {
    if (message.role === 'system') checkPlacement(messages, index, dialect)
  }
}

/** platform.claude.com/docs, mid-conversation system messages: behind a user turn, before ours. */
function checkPlacement(messages: CheckedMessage[], index: number, dialect: Dialect): void {
  const path = `messages.${index}`
  const before = messages[index - 1]
  const after = messages[index + 1]
  const lastBlock = String(before?.blocks.at(-1)?.type)
  const endsInServerTool = before?.role === 'assistant' && lastBlock.endsWith('_tool_result')
  if (before?.role !== 'user' && !endsInServerTool) {
    const hint =
      dialect.service === 'anthropic' ? ' Use the top-level `system` parameter instead.' : ''
    refuse(`${path}: \`system\` messages must follow a \`user\` message.${hint}`)
  }
  if (after && after.role !== 'assistant') {
    refuse(`${path}: \`system\` messages must precede an \`assistant\` message or end the list.`)
  }
}

function checkContent(messages: CheckedMessage[]): void {
  for (const [index, message] of messages.entries()) {
    const isLast = index === messages.length - 1
    const isEmpty =
      message.blocks.length === 0 || (message.isText && message.blocks[0]?.text === '')
    if (isEmpty && !(isLast && message.role === 'assistant')) {
      refuse(
        `messages.${index}: all messages must have non-empty content except for the optional ` +
          'final assistant message',
      )
    }
    for (const block of message.blocks) if (!isEmpty) checkText(block)
  }
}

function checkText(block: Json): void {
  if (block.type !== 'text') return
  if (block.text === '') refuse('messages: text content blocks must be non-empty')
  if (String(block.text).trim() === '') {
    refuse('messages: text content blocks must contain non-whitespace text')
  }
}

/** A turn is what consecutive messages of one role become. */
interface Turn {
  role: string
  index: number
  blocks: Json[]
}

function checkToolCalls(messages: CheckedMessage[]): void {
  const turns = turnsOf(messages)
  const seen = new Set<string>()
  for (const [position, turn] of turns.entries()) {
    const calls = idsOf(turn, 'tool_use', 'id')
    for (const id of calls) {
      if (seen.has(id)) refuse('messages: `tool_use` ids must be unique')
      seen.add(id)
    }
    if (turn.role === 'user') checkResults(turn, turns[position - 1])
    if (calls.length > 0 && position < turns.length - 1) {
      checkAnswered(turn, calls, turns[position + 1])
    }
  }
}

function turnsOf(messages: CheckedMessage[]): Turn[] {
  const turns: Turn[] = []
  for (const [index, { role, blocks }] of messages.entries()) {
    const last = turns.at(-1)
    if (last?.role === role) last.blocks.push(...blocks)
    else turns.push({ role, index, blocks: [...blocks] })
  }
  return turns
}

function checkResults(turn: Turn, before: Turn | undefined): void {
  const calls = before?.role === 'assistant' ? idsOf(before, 'tool_use', 'id') : []
  const results = idsOf(turn, 'tool_result', 'tool_use_id')
  for (const id of results) {
    if (!calls.includes(id)) {
      refuse(
        `messages.${turn.index}.content.${positionOf(turn, id)}: unexpected \`tool_use_id\` ` +
          `found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a ` +
          'corresponding `tool_use` block in the previous message.',
      )
    }
    if (results.indexOf(id) !== results.lastIndexOf(id)) {
      refuse(
        `messages.${turn.index}.content: each tool_use must have a single result. ` +
          `Found multiple \`tool_result\` blocks with id: ${id}`,
      )
    }
  }
}

/** Only results that stand before anything else in the next turn count. */
function checkAnswered(turn: Turn, calls: string[], next: Turn | undefined): void {
  const end = next?.blocks.findIndex((block) => block.type !== 'tool_result') ?? 0
  const first = end < 0 ? (next?.blocks ?? []) : (next?.blocks.slice(0, end) ?? [])
  const answered = new Set(first.map((block) => block.tool_use_id))
  const missing = calls.filter((id) => !answered.has(id))
  if (missing.length > 0) {
    refuse(
      `messages.${turn.index}: \`tool_use\` ids were found without \`tool_result\` blocks ` +
        `immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a ` +
        'corresponding `tool_result` block in the next message.',
    )
  }
}

function idsOf(turn: Turn, type: string, member: string): string[] {
  return turn.blocks.filter((block) => block.type === type).map((block) => String(block[member]))
}

function positionOf(turn: Turn, id: string): number {
  return turn.blocks.findIndex((block) => block.tool_use_id === id)
}
