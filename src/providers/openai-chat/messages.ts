import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions'
import { isRecord } from '../../json.ts'
import type { Block, Message, MessagesBody } from '../../messages/request.ts'
import { asReminder } from '../reminder.ts'
import {
  asBlocks,
  isToolResult,
  resultsOf,
  type ToolCall,
  toolUses,
  turns,
} from '../translation/conversation.ts'
import { hash, isLegalName, toWireName, uniqueIds } from '../translation/names.ts'
import type { Detail } from '../translation/thinking.ts'
import { NO_OUTPUT, NO_RESULT } from '../translation/words.ts'
import { compact, type Dialect, toParts } from './content.ts'
import type { Quirks } from './quirks.ts'
import { echoThinking } from './reasoning.ts'
import type { Part, TextPart } from './wire.ts'

type AssistantMessage = ChatCompletionAssistantMessageParam & {
  reasoning?: string
  reasoning_content?: string
  reasoning_details?: Detail[]
}
export type ChatMessage =
  | Exclude<ChatCompletionMessageParam, { role: 'assistant' }>
  | AssistantMessage

/**
 * The conversation in Chat Completions. The same messages always give the same bytes, so that a
 * prompt cache at the other end holds.
 */
export function toChatMessages(
  { system, messages }: Pick<MessagesBody, 'system' | 'messages'>,
  dialect: Dialect,
): ChatMessage[] {
  const uniqueId = callIds(dialect.quirks)
  const all = [
    ...systemMessage(system, dialect),
    ...turns(messages).flatMap(({ assistant, replies }) => {
      const calls = toolUses(assistant).map((use) => ({ use, id: uniqueId(use.id ?? '') }))
      return [
        ...assistantMessage(assistant, calls, dialect),
        ...toolMessages(calls, replies, dialect),
        ...replies.flatMap((reply) => replyMessage(reply, dialect)),
      ]
    }),
  ]
  return dialect.quirks.userAfterTool ? all : all.flatMap(bridged)
}

/** Where a user must not speak directly after a tool, the assistant takes note of it in between. */
function bridged(message: ChatMessage, index: number, all: readonly ChatMessage[]): ChatMessage[] {
  const isAfterTool = message.role === 'user' && all[index - 1]?.role === 'tool'
  return isAfterTool ? [{ role: 'assistant', content: 'Noted.' }, message] : [message]
}

function systemMessage(system: MessagesBody['system'], dialect: Dialect): ChatMessage[] {
  const parts = textParts(asBlocks(system ?? []), dialect)
  return parts.length > 0 ? [{ role: 'system', content: compact(parts) }] : []
}

/**
 * OpenAI takes ids of 40 characters, and some models call every tool `call_0`: an id that is too
 * long, illegal or used before is replaced by a hash of it and of how often it came.
 */
export function callIds({ callIdLength }: Quirks): (id: string) => string {
  const isLegal = (id: string) =>
    callIdLength === null
      ? isLegalName(id, 40)
      : id.length === callIdLength && /^[a-zA-Z0-9]+$/.test(id)
  const fromHash = (text: string) =>
    callIdLength === null ? `call_${hash(text).slice(0, 32)}` : hash(text).slice(0, callIdLength)
  return uniqueIds(isLegal, fromHash)
}

function assistantMessage(
  message: Message | null,
  calls: readonly ToolCall[],
  { quirks, baseModel, ...origin }: Dialect,
): AssistantMessage[] {
  const blocks = asBlocks(message?.content ?? [])
  const text = blocks.map((block) => (block.type === 'text' ? block.text : '')).join('')
  if (!text && calls.length === 0) return []
  return [
    {
      role: 'assistant',
      content: text || null,
      ...echoThinking(blocks, quirks.reasoning(baseModel), origin),
      ...(calls.length > 0 && {
        tool_calls: calls.map((call) => ({ ...functionCall(call), ...quirks.callExtras })),
      }),
    },
  ]
}

function functionCall({ use, id }: ToolCall): ChatCompletionMessageFunctionToolCall {
  const input = isRecord(use.input) ? use.input : {}
  return {
    id,
    type: 'function',
    function: { name: toWireName(use.name ?? ''), arguments: JSON.stringify(input) },
  }
}

/**
 * One message for every call, in the order of the calls and before anything else ("tool_call_ids
 * did not have response messages" otherwise); results that answer no call are left out. A tool
 * message holds only text, so pictures and files follow in a user message.
 */
function toolMessages(
  calls: readonly ToolCall[],
  replies: readonly Message[],
  dialect: Dialect,
): ChatMessage[] {
  const results = resultsOf(
    calls.map(({ use }) => use),
    replies,
  )
  const attachments: Part[] = []
  const messages = calls.map(({ use, id }, index): ChatMessage => {
    const { content, attached } = resultContent(results[index], dialect)
    if (attached.length > 0) {
      attachments.push({ type: 'text', text: `Returned by ${use.name} (${id}):` }, ...attached)
    }
    return { role: 'tool', tool_call_id: id, content }
  })
  if (attachments.length > 0) messages.push({ role: 'user', content: attachments })
  return messages
}

function resultContent(
  result: Block | undefined,
  dialect: Dialect,
): { content: string | TextPart[]; attached: Part[] } {
  if (!result) return { content: NO_RESULT, attached: [] }
  const parts = toParts(result.content, dialect)
  const attached = parts.filter((part) => part.type !== 'text')
  const text = parts.map((part) => (part.type === 'text' ? part.text : '(see below)')).join('\n')
  const said = `${result.is_error ? 'Error: ' : ''}${text || NO_OUTPUT}`
  const marked = { type: 'text', text: said, cache_control: result.cache_control }
  return { content: compact(textParts([marked], dialect)), attached }
}

function replyMessage({ role, content }: Message, dialect: Dialect): ChatMessage[] {
  const blocks = asBlocks(content).filter((block) => !isToolResult(block))
  if (role === 'user') {
    const parts = toParts(blocks, dialect)
    return parts.length > 0 ? [{ role, content: compact(parts) }] : []
  }
  const parts = textParts(blocks, dialect)
  if (parts.length === 0) return []
  if (dialect.quirks.inlineSystem) return [{ role: 'system', content: compact(parts) }]
  const text = parts.map((part) => part.text).join('\n\n')
  return [{ role: 'user', content: asReminder(text) }]
}

/** All that a system or tool message may hold. */
function textParts(content: unknown, dialect: Dialect): TextPart[] {
  return toParts(content, dialect).filter((part) => part.type === 'text')
}
