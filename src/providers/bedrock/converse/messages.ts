import type { ContentBlock, Message as ConverseMessage } from '@aws-sdk/client-bedrock-runtime'
import { isRecord } from '../../../json.ts'
import type { Message } from '../../../messages/request.ts'
import { asReminder } from '../../reminder.ts'
import {
  asBlocks,
  isToolResult,
  type ToolCall,
  toolUses,
  turns,
} from '../../translation/conversation.ts'
import { toWireName } from '../../translation/names.ts'
import { type Dialect, textPart, toParts } from './content.ts'
import { toolUseIds } from './names.ts'
import { ownReasoning } from './reasoning.ts'
import { toResults } from './results.ts'
import { toDocument } from './tools.ts'

/**
 * The conversation in Converse's terms: the roles alternate, the user begins and, unless the model
 * takes a prefill, ends it, and every call is answered in the message behind it. The same messages
 * always give the same bytes, so that a prompt cache at the other end holds.
 */
export function toConverseMessages(
  messages: readonly Message[],
  dialect: Dialect,
): ConverseMessage[] {
  const uniqueId = toolUseIds()
  const conversation = new Conversation()
  for (const { assistant, replies } of turns(messages)) {
    const calls = toolUses(assistant).map((use) => ({ use, id: uniqueId(use.id ?? '') }))
    conversation.say('assistant', assistantContent(assistant, calls, dialect))
    conversation.say('user', toResults(calls, replies, dialect))
    for (const reply of replies) conversation.say('user', replyContent(reply, dialect))
  }
  return conversation.whole(dialect.family.prefill)
}

/** Reasoning that nothing follows is taken for an attempt at a prefill. */
function assistantContent(
  message: Message | null,
  calls: readonly ToolCall[],
  dialect: Dialect,
): ContentBlock[] {
  const content = asBlocks(message?.content ?? []).flatMap((block): ContentBlock[] => {
    if (block.type === 'text') return textPart(block.text)
    if (block.type === 'thinking') return ownReasoning(block, dialect)
    const call = calls.find(({ use }) => use === block)
    return call ? [toolUse(call)] : []
  })
  return content.every((block) => block.reasoningContent) ? [] : content
}

function toolUse({ use, id }: ToolCall): ContentBlock.ToolUseMember {
  const input = toDocument(isRecord(use.input) ? use.input : {})
  return { toolUse: { toolUseId: id, name: toWireName(use.name ?? ''), input } }
}

function replyContent({ role, content }: Message, dialect: Dialect): ContentBlock[] {
  const said = asBlocks(content).filter((block) => !isToolResult(block))
  const parts = toParts(said, dialect)
  if (role === 'user') return parts
  const text = parts.flatMap((part) => part.text ?? []).join('\n\n')
  const marks = parts.filter((part) => part.cachePoint).slice(0, 1)
  return text ? [{ text: asReminder(text) }, ...marks] : []
}

class Conversation {
  readonly #messages: { role: 'user' | 'assistant'; content: ContentBlock[] }[] = []

  say(role: 'user' | 'assistant', content: readonly ContentBlock[]): void {
    if (content.length === 0) return
    const last = this.#messages.at(-1)
    if (last?.role === role) last.content.push(...content)
    else if (!last && role === 'assistant') {
      this.#messages.push({ role: 'user', content: [OPENING] }, { role, content: [...content] })
    } else this.#messages.push({ role, content: [...content] })
  }

  whole(takesPrefill: boolean): ConverseMessage[] {
    const last = this.#messages.at(-1)
    if (!last) this.say('user', [OPENING])
    else if (last.role === 'assistant' && !takesPrefill) this.say('user', [GO_ON])
    for (const { role, content } of this.#messages) {
      if (role === 'user' && lacksText(content)) content.push(SEE_ABOVE)
    }
    return this.#messages
  }
}

/** "A conversation must start with a user message", and with most models end with one. */
const OPENING = { text: '(The conversation begins.)' }
const GO_ON = { text: 'Go on.' }
const SEE_ABOVE = { text: '(See above.)' }

/** "If you include a document, you must also include a text" (API reference of Message). */
function lacksText(content: readonly ContentBlock[]): boolean {
  return content.some((block) => block.document) && !content.some((block) => block.text)
}
