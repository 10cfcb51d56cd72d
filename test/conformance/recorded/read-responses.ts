import { sseData } from './framing.ts'
import { foreignCall, foreignThinking, type Reading } from './reading.ts'

interface Item {
  type: string
  call_id?: string
  name?: string
  arguments?: string
  encrypted_content?: string | null
  summary?: { text: string }[]
  content?: { type: string; text?: string; refusal?: string }[]
}

interface Answer {
  status: string
  incomplete_details?: { reason: string } | null
  usage: {
    input_tokens: number
    output_tokens: number
    input_tokens_details?: { cached_tokens?: number; cache_write_tokens?: number }
    output_tokens_details?: { reasoning_tokens?: number }
  } | null
}

interface Event {
  type: string
  output_index: number
  delta?: string
  item?: Item
  response?: Answer
}

export function readResponses(body: Uint8Array, streamed: boolean): Reading {
  if (streamed) return readEvents(sseData(body).map((data) => JSON.parse(data)))
  const answer: Answer & { output: Item[] } = JSON.parse(new TextDecoder().decode(body))
  return readingOf(answer.output, answer)
}

/** From the deltas, not from the items that repeat them at their end. */
function readEvents(events: Event[]): Reading {
  const items: Item[] = []
  let answer: Answer | null = null
  for (const { type, output_index, delta = '', item, response } of events) {
    const known = items[output_index]
    if (type === 'response.output_item.added' && item) {
      items[output_index] = { ...item, content: [], summary: [], arguments: '' }
    }
    if (type === 'response.function_call_arguments.delta' && known) known.arguments += delta
    if (type === 'response.output_text.delta')
      known?.content?.push({ type: 'output_text', text: delta })
    if (type === 'response.reasoning_summary_text.delta') known?.summary?.push({ text: delta })
    if (type === 'response.completed' || type === 'response.incomplete') answer = response ?? null
  }
  return readingOf(items, answer)
}

function readingOf(items: Item[], answer: Answer | null): Reading {
  const usage = answer?.usage
  const cacheRead = usage?.input_tokens_details?.cached_tokens ?? 0
  const cacheWrite = usage?.input_tokens_details?.cache_write_tokens ?? 0
  return {
    content: items.flatMap(blockOf),
    stop: stopOf(items, answer),
    usage: {
      input: (usage?.input_tokens ?? 0) - cacheRead - cacheWrite,
      output: usage?.output_tokens ?? 0,
      cacheRead,
      cacheWrite,
      thinking: usage?.output_tokens_details?.reasoning_tokens ?? 0,
    },
  }
}

/** Thoughts may be a summary, the text itself, or nothing but an encrypted state. */
function blockOf(item: Item): unknown[] {
  const text = item.content?.map(({ text, refusal }) => text ?? refusal ?? '').join('') ?? ''
  if (item.type === 'message') return text === '' ? [] : [{ type: 'text', text }]
  if (item.type === 'function_call') {
    return [foreignCall(item.call_id ?? '', item.name ?? '', item.arguments ?? '')]
  }
  const thought = item.summary?.map((part) => part.text).join('') || text
  return thought === '' && !item.encrypted_content ? [] : [foreignThinking(thought)]
}

function stopOf(items: Item[], answer: Answer | null): string | null {
  if (!answer) return null
  if (answer.status === 'incomplete') {
    return answer.incomplete_details?.reason === 'content_filter' ? 'refusal' : 'max_tokens'
  }
  return items.some(({ type }) => type === 'function_call') ? 'tool_use' : 'end_turn'
}
