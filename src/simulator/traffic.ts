import { setTimeout as pause } from 'node:timers/promises'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { isRecord } from '../json.ts'
import { type Json, objectsIn } from './json.ts'
import { createSession, type Session } from './session.ts'

export interface TrafficOptions {
  /** Where Messages are answered, without `/v1`. */
  url: string
  /** Ends the traffic, and the requests that are under way. */
  signal: AbortSignal
  /** Between two requests, on average, in ms. */
  intervalMs: number
  /** Numbers in [0, 1). */
  random?: () => number
}

/** Sends what a handful of people with Claude Code would send, until the signal says stop. */
export function startTraffic({ random = Math.random, ...options }: TrafficOptions): void {
  void run({ ...options, random })
}

type Options = Required<TrafficOptions>

const MODELS = [
  'claude-opus-5-5',
  'claude-sonnet-5-5',
  'claude-opus-5-5',
  'claude-haiku-4-5',
] as const

async function run(options: Options): Promise<void> {
  const { signal, intervalMs, random } = options
  const sessions: Session[] = MODELS.map((model) => createSession(model, random))
  while (!signal.aborted) {
    const place = Math.floor(random() * sessions.length)
    const session = sessions[place]
    if (session && !session.busy) {
      void takeTurn(session, options).then((isDone) => {
        if (isDone) sessions[place] = createSession(session.model, random)
      })
    }
    await pause(intervalMs * (0.5 + random()), undefined, { signal }).catch(() => {})
  }
}

/** Sends a session's next request; true when the session is at its end, for good or bad. */
async function takeTurn(session: Session, options: Options): Promise<boolean> {
  session.busy = true
  try {
    const content = await ask(session, options)
    session.answered(content)
    return session.isOver()
  } catch {
    return true
  } finally {
    session.busy = false
  }
}

/** The content of the answer. Throws on anything but a complete answer. */
async function ask(session: Session, { url, signal, random }: Options): Promise<Json[]> {
  const stream = !session.model.includes('haiku') && random() < 0.9
  const { headers, body } = session.request({ stream })
  const leaving = new AbortController()
  const response = await fetch(`${url}/v1/messages?beta=true`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal: AbortSignal.any([signal, leaving.signal]),
  })
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  if (!stream) return contentOf(await response.json())
  return readStream(response, random() < 0.04 ? leaving : null)
}

function contentOf(message: unknown): Json[] {
  return isRecord(message) ? objectsIn(message.content) : []
}

/** Puts the blocks of a stream together; somebody who is `leaving` goes after the first word. */
async function readStream(response: Response, leaving: AbortController | null): Promise<Json[]> {
  const blocks: Json[] = []
  let isComplete = false
  const events = response.body
    ?.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .pipeThrough(new EventSourceParserStream())
  for await (const { data } of events ?? []) {
    const event: unknown = JSON.parse(data)
    if (!isRecord(event)) continue
    if (event.type === 'content_block_start' && isRecord(event.content_block)) {
      blocks.push({ ...event.content_block })
    }
    if (event.type === 'content_block_delta') {
      append(blocks.at(-1), event.delta)
      leaving?.abort()
    }
    if (event.type === 'message_stop') isComplete = true
  }
  if (!isComplete) throw new Error('The stream ended early')
  return blocks.map(closed)
}

function append(block: Json | undefined, delta: unknown): void {
  if (!block || !isRecord(delta)) return
  for (const name of ['text', 'thinking', 'signature', 'partial_json']) {
    if (typeof delta[name] === 'string') block[name] = `${block[name] ?? ''}${delta[name]}`
  }
}

/** A tool's input comes as JSON in pieces, none at all where it takes no arguments. */
function closed({ partial_json, ...block }: Json): Json {
  if (block.type !== 'tool_use') return block
  return { ...block, input: JSON.parse(String(partial_json || '{}')) }
}
