import type { EasyInputMessage } from 'openai/resources/responses/responses'
import { isRecord } from '../../json.ts'
import type { Block, Message, MessagesBody } from '../../messages/request.ts'
import type { Dialect } from '../openai-chat/content.ts'
import { callIds } from '../openai-chat/messages.ts'
import { gptVersion } from '../openai-chat/openai-models.ts'
import { asReminder } from '../reminder.ts'
import { asBlocks, isToolResult, resultsOf, toolUses, turns } from '../translation/conversation.ts'
import { toWireName } from '../translation/names.ts'
import { NO_OUTPUT, NO_RESULT } from '../translation/words.ts'
import { compact, type InputPart, toInputParts } from './content.ts'
import { type ReasoningInput, toReasoningItems } from './reasoning.ts'

/** A thing that was said, done or thought, as it goes upstream: without ids of the service's own. */
export type InputItem =
  | {
      role: 'user' | 'assistant' | 'developer'
      content: string | InputPart[]
      phase?: NonNullable<EasyInputMessage['phase']>
    }
  | ReasoningInput
  | { type: 'function_call'; call_id: string; name: string; arguments: string }
  | { type: 'function_call_output'; call_id: string; output: string | InputPart[] }

/**
 * The conversation as input items. The same messages always give the same bytes, so that a prompt
 * cache at the other end holds.
 */
export function toInput(messages: readonly Message[], dialect: Dialect): InputItem[] {
  const uniqueId = callIds(dialect.quirks)
  return turns(messages).flatMap(({ assistant, replies }) => {
    const ids = new Map(toolUses(assistant).map((use) => [use, uniqueId(use.id ?? '')]))
    return [
      ...assistantItems(assistant, ids, dialect),
      ...outputItems(ids, replies, dialect),
      ...replies.flatMap((reply) => replyItem(reply, dialect)),
    ]
  })
}

/** The ids of calls on the wire, in the order of the calls. */
type CallIds = ReadonlyMap<Block, string>

function assistantItems(message: Message | null, ids: CallIds, dialect: Dialect): InputItem[] {
  const blocks = asBlocks(message?.content ?? [])
  const lastCall = blocks.findLastIndex((block) => ids.has(block))
  const items = blocks.flatMap((block, at): InputItem[] => {
    const id = ids.get(block)
    if (id !== undefined) return [functionCall(block, id)]
    if (block.type === 'thinking') return toReasoningItems(block.signature, dialect)
    if (block.type !== 'text' || !block.text) return []
    return [{ role: 'assistant', content: block.text, ...phaseField(at < lastCall, dialect) }]
  })
  // "Item … of type 'reasoning' was provided without its required following item" is a 400.
  return items.slice(0, items.findLastIndex((item) => !isReasoning(item)) + 1)
}

function isReasoning(item: InputItem): boolean {
  return 'type' in item && item.type === 'reasoning'
}

function functionCall({ name = '', input }: Block, call_id: string): InputItem {
  const args = JSON.stringify(isRecord(input) ? input : {})
  return { type: 'function_call', call_id, name: toWireName(name), arguments: args }
}

/**
 * "For models like `gpt-5.3-codex` and beyond […] preserve and resend phase on all assistant
 * messages": without it they take what they said before a call for their final answer (openai-node,
 * EasyInputMessage). What was said before a call is commentary, and the rest the answer.
 */
function phaseField(isBeforeCall: boolean, { baseModel }: Dialect) {
  if (gptVersion(baseModel) < 5.3) return {}
  return { phase: isBeforeCall ? ('commentary' as const) : ('final_answer' as const) }
}

/** One for every call ("No tool output found for function call"), and none that answers no call. */
function outputItems(ids: CallIds, replies: readonly Message[], dialect: Dialect): InputItem[] {
  const results = resultsOf([...ids.keys()], replies)
  return [...ids.values()].map((call_id, index) => {
    const output = resultOutput(results[index], dialect)
    return { type: 'function_call_output', call_id, output }
  })
}

function resultOutput(result: Block | undefined, dialect: Dialect): string | InputPart[] {
  if (!result) return NO_RESULT
  const parts = toInputParts(result.content, dialect)
  if (!result.is_error) return compact(parts, '\n') || NO_OUTPUT
  const [first, ...others] = parts
  if (first?.type !== 'input_text')
    return compact([{ type: 'input_text', text: 'Error:' }, ...parts])
  return compact([{ ...first, text: `Error: ${first.text}` }, ...others], '\n')
}

function replyItem({ role, content }: Message, dialect: Dialect): InputItem[] {
  const parts = toInputParts(
    asBlocks(content).filter((block) => !isToolResult(block)),
    dialect,
  )
  if (role === 'user') return parts.length > 0 ? [{ role, content: compact(parts) }] : []
  const text = joinedText(parts)
  if (!text) return []
  if (dialect.quirks.inlineSystem) return [{ role: 'developer', content: text }]
  return [{ role: 'user', content: asReminder(text) }]
}

/** The system prompt as `instructions`; empty where there is none. */
export function toInstructions(system: MessagesBody['system'], dialect: Dialect): string {
  return joinedText(toInputParts(asBlocks(system ?? []), dialect))
}

function joinedText(parts: InputPart[]): string {
  return parts.flatMap((part) => (part.type === 'input_text' ? [part.text] : [])).join('\n\n')
}
