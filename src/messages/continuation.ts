import { isRecord } from '../json.ts'
import { tokensIn } from './estimate.ts'
import type { Block, ClientRequest, Message, MessagesBody } from './request.ts'
import type { Said } from './said.ts'
import { withBody } from './with-body.ts'

/**
 * A request for the rest of an answer that broke off: as a prefill, which the model goes on from as
 * if it had written it, or with a turn that asks it to go on. Thinking is turned off: what
 * it would think is no part of the answer the client is reading.
 */
export function continuationOf(
  request: ClientRequest,
  said: Pick<Said, 'texts' | 'length'>,
  { isPrefill }: { isPrefill: boolean },
): ClientRequest {
  const turn = assistantTurn(said.texts)
  return withBody(
    request,
    ({ messages, max_tokens, ...rest }): MessagesBody => ({
      ...withoutThinking(rest),
      max_tokens: Math.max(1, max_tokens - tokensIn(said.length)),
      messages: turn ? [...appended(messages, turn), ...(isPrefill ? [] : [GO_ON])] : messages,
    }),
  )
}

/** An answer whose form is enforced is written anew by every request, from its first character. */
export function hasFreeForm({ body }: ClientRequest): boolean {
  return body.output_config?.format === undefined
}

const GO_ON: Message = {
  role: 'user',
  content:
    'Your last message was cut off while it was being transmitted. Write the rest of it, starting ' +
    'with the very next character (a space or a line break, if that is what comes next). Do not ' +
    'repeat anything of what was transmitted, and do not apologize, comment or introduce: what ' +
    'you write is appended to it as it is.',
}

/** "Final assistant content cannot end with trailing whitespace", and no text block may be blank. */
function assistantTurn(texts: readonly string[]): Block[] | null {
  const blocks = texts.filter((text) => text.trim() !== '').map((text) => ({ type: 'text', text }))
  const last = blocks.at(-1)
  return last ? [...blocks.slice(0, -1), { ...last, text: last.text.trimEnd() }] : null
}

/** The client may have begun the answer itself; then this is more of the same turn. */
function appended(messages: Message[], turn: Block[]): Message[] {
  const last = messages.at(-1)
  if (last?.role !== 'assistant') return [...messages, { role: 'assistant', content: turn }]
  const begun: Block[] =
    typeof last.content === 'string' ? [{ type: 'text', text: last.content }] : last.content
  return messages.with(-1, { ...last, content: [...begun, ...turn] })
}

type Rest = Omit<MessagesBody, 'messages' | 'max_tokens'>

/**
 * What a request without thinking cannot have: an effort above `high` ("not supported with effort
 * level 'max'"), and rules for the thinking of earlier turns ("requires `thinking` to be enabled").
 */
function withoutThinking(rest: Rest): Rest {
  const { effort } = rest.output_config ?? {}
  const isTooHigh = effort === 'xhigh' || effort === 'max'
  return {
    ...rest,
    thinking: { type: 'disabled' },
    ...(isTooHigh && { output_config: { ...rest.output_config, effort: 'high' } }),
    ...('context_management' in rest && {
      context_management: withoutThinkingEdits(rest.context_management),
    }),
  }
}

function withoutThinkingEdits(management: unknown): unknown {
  if (!isRecord(management) || !Array.isArray(management.edits)) return management
  const kept = management.edits.filter(
    (edit) => !(isRecord(edit) && String(edit.type).startsWith('clear_thinking')),
  )
  return { ...management, edits: kept }
}
