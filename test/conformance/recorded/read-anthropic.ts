import { frames, sseData } from './framing.ts'
import type { Reading } from './reading.ts'

interface Block {
  type: string
  text?: string
  thinking?: string
  signature?: string
  citations?: unknown[] | null
  input?: unknown
}

interface Usage {
  input_tokens?: number | null
  output_tokens?: number | null
  cache_read_input_tokens?: number | null
  cache_creation_input_tokens?: number | null
  output_tokens_details?: { thinking_tokens: number } | null
}

interface Message {
  content: Block[]
  stop_reason: string | null
  usage: Usage
}

interface Event {
  type: string
  index: number
  message?: Message
  content_block?: Block
  delta?: Block & { partial_json?: string; citation?: unknown; stop_reason?: string }
  usage?: Usage
}

export function readAnthropic(body: Uint8Array, streamed: boolean): Reading {
  if (streamed) return readEvents(sseData(body).map((data) => JSON.parse(data)))
  const { content, stop_reason, usage }: Message = JSON.parse(new TextDecoder().decode(body))
  return { content, stop: stop_reason, usage: tokens(usage) }
}

/** Bedrock puts each of Anthropic's events into a frame, in base64. */
export function readInvoke(body: Uint8Array, streamed: boolean): Reading {
  if (!streamed) return readAnthropic(body, false)
  const chunks = frames(body).filter(({ event }) => event === 'chunk')
  return readEvents(
    chunks.map(({ payload }) =>
      JSON.parse(Buffer.from(JSON.parse(payload).bytes, 'base64').toString('utf8')),
    ),
  )
}

function readEvents(events: Event[]): Reading {
  const content: Block[] = []
  const inputs: string[] = []
  let usage: Usage = {}
  let stop: string | null = null
  for (const { type, index, message, content_block, delta, usage: said } of events) {
    const block = content[index]
    if (type === 'message_start') usage = { ...message?.usage }
    if (type === 'content_block_start' && content_block) content[index] = { ...content_block }
    if (type === 'content_block_delta' && block && delta) {
      if (delta.type === 'text_delta') block.text = `${block.text}${delta.text}`
      if (delta.type === 'thinking_delta') block.thinking = `${block.thinking}${delta.thinking}`
      if (delta.type === 'signature_delta') block.signature = delta.signature ?? ''
      if (delta.type === 'citations_delta') {
        block.citations = [...(block.citations ?? []), delta.citation]
      }
      if (delta.type === 'input_json_delta') {
        inputs[index] = (inputs[index] ?? '') + (delta.partial_json ?? '')
      }
    }
    const input = inputs[index]
    if (type === 'content_block_stop' && block && input !== undefined) {
      block.input = JSON.parse(input || '{}')
    }
    if (type === 'message_delta') {
      stop = delta?.stop_reason ?? stop
      // A member that is null or absent is unchanged.
      const changed = Object.entries(said ?? {}).filter(([, value]) => value !== null)
      usage = { ...usage, ...Object.fromEntries(changed) }
    }
  }
  return { content, stop, usage: tokens(usage) }
}

function tokens(usage: Usage): Reading['usage'] {
  return {
    input: usage.input_tokens ?? 0,
    output: usage.output_tokens ?? 0,
    cacheRead: usage.cache_read_input_tokens ?? 0,
    cacheWrite: usage.cache_creation_input_tokens ?? 0,
    thinking: usage.output_tokens_details?.thinking_tokens ?? 0,
  }
}
