import { refuse } from './dialect.ts'
import type { CheckedMessage, Json } from './json.ts'

/**
 * The signature that a model puts under a thought. Claude's are base64 that begins with one certain
 * byte, under whatever name it is served; any other model has an alphabet of its own.
 */
export function signThought(model: string, thought: string): string {
  const maker = isClaude(model) ? `${CLAUDES_FIRST}simulator` : model
  return Buffer.from(`${maker}:${thought}`).toString('base64')
}

/** Whoever reads signatures refuses those that are not its own, and thoughts that were changed. */
export function checkThoughts(model: string, messages: readonly CheckedMessage[]): void {
  for (const [index, { blocks }] of messages.entries()) {
    for (const [position, block] of blocks.entries()) {
      if (isOwn(block, model)) continue
      const member = block.type === 'thinking' ? 'signature' : 'data'
      const path = `messages.${index}.content.${position}`
      refuse(`${path}: Invalid \`${member}\` in \`${block.type}\` block`)
    }
  }
}

const CLAUDES_FIRST = '\x12'
const BASE64 = /^[A-Za-z0-9+/]{8,}={0,2}$/

function isClaude(model: string): boolean {
  return model.includes('claude')
}

function isOwn({ type, thinking, signature, data }: Json, model: string): boolean {
  if (type !== 'thinking' && type !== 'redacted_thinking') return true
  const mark = String(type === 'thinking' ? signature : data)
  if (!BASE64.test(mark)) return false
  const signed = Buffer.from(mark, 'base64').toString('latin1')
  if (!signed.startsWith(isClaude(model) ? CLAUDES_FIRST : `${model}:`)) return false
  const isOurs = signed.startsWith(`${CLAUDES_FIRST}simulator:`) || !isClaude(model)
  // An answer may have left the words out.
  return (
    type !== 'thinking' || !isOurs || !thinking || mark === signThought(model, String(thinking))
  )
}
