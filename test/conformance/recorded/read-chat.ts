import { sseData } from './framing.ts'
import { foreignCall, foreignThinking, type Reading } from './reading.ts'

interface Piece {
  content?: string | null
  reasoning?: string | null
  reasoning_content?: string | null
  tool_calls?: { index?: number; id?: string; function: { name?: string; arguments?: string } }[]
}

interface Usage {
  prompt_tokens: number
  completion_tokens: number
  prompt_tokens_details?: { cached_tokens?: number; cache_write_tokens?: number }
  completion_tokens_details?: { reasoning_tokens?: number }
}

interface Completion {
  choices: { delta?: Piece; message?: Piece; finish_reason: string | null }[]
  usage?: Usage | null
}

type Part =
  | { kind: 'thinking' | 'text'; text: string }
  | { kind: 'call'; index: number; id: string; name: string; json: string }

export function readChat(body: Uint8Array, streamed: boolean): Reading {
  const data = streamed ? sseData(body) : [new TextDecoder().decode(body)]
  const parts: Part[] = []
  let finish: string | null = null
  let usage: Usage | null = null
  for (const completion of data.map((json): Completion => JSON.parse(json))) {
    usage = completion.usage ?? usage
    const [choice] = completion.choices
    finish ??= choice?.finish_reason ?? null
    const piece = choice?.delta ?? choice?.message ?? {}
    grow(parts, 'thinking', piece.reasoning ?? piece.reasoning_content ?? '')
    grow(parts, 'text', piece.content ?? '')
    piece.tool_calls?.forEach((call, place) => {
      const index = call.index ?? place
      const known = parts.find((part) => part.kind === 'call' && part.index === index)
      const { name = '', arguments: json = '' } = call.function
      if (known?.kind === 'call') known.json += json
      else parts.push({ kind: 'call', index, id: call.id ?? '', name, json })
    })
  }
  return { content: parts.flatMap(blockOf), stop: stopOf(finish, parts), usage: tokens(usage) }
}

function grow(parts: Part[], kind: 'thinking' | 'text', text: string) {
  const last = parts.at(-1)
  if (last?.kind === kind) last.text += text
  else if (text !== '') parts.push({ kind, text })
}

/** Claude refuses text of nothing but white space, which models like to put between. */
function blockOf(part: Part): unknown[] {
  if (part.kind === 'call') return [foreignCall(part.id, part.name, part.json)]
  if (part.kind === 'thinking') return [foreignThinking(part.text)]
  return part.text.trim() === '' ? [] : [{ type: 'text', text: part.text }]
}

/** Who is called reads "stop" as the end, so calls count before what the service says. */
function stopOf(finish: string | null, parts: Part[]): string | null {
  if (finish === null) return null
  if (parts.some(({ kind }) => kind === 'call')) return 'tool_use'
  return { length: 'max_tokens', content_filter: 'refusal' }[finish] ?? 'end_turn'
}

/** OpenAI's prompt contains what was read from and written to a cache. */
function tokens(usage: Usage | null): Reading['usage'] {
  const cacheRead = usage?.prompt_tokens_details?.cached_tokens ?? 0
  const cacheWrite = usage?.prompt_tokens_details?.cache_write_tokens ?? 0
  return {
    input: (usage?.prompt_tokens ?? 0) - cacheRead - cacheWrite,
    output: usage?.completion_tokens ?? 0,
    cacheRead,
    cacheWrite,
    thinking: usage?.completion_tokens_details?.reasoning_tokens ?? 0,
  }
}
