import { setTimeout as pause } from 'node:timers/promises'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { isRecord } from '../json.ts'
import { type Json, objectsIn } from './json.ts'
import { createSession, type Session, titleRequest } from './session.ts'

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

/** What they work with, and their share of the traffic: some think longer than others. */
const PEOPLE = [
  { model: 'claude-opus-5-5', share: 0.4 },
  { model: 'claude-sonnet-5-5', share: 0.3 },
  { model: 'claude-opus-5-5', share: 0.2 },
  { model: 'claude-haiku-4-5', share: 0.1 },
] as const

interface Person {
  model: string
  /** Between two turns, on average, in ms. */
  paceMs: number
}

async function run(options: Options): Promise<void> {
  const { intervalMs } = options
  for (const { model, share } of PEOPLE) void work({ model, paceMs: intervalMs / share }, options)
}

/** One session after the other; a turn that fails is given up with the session, or tried again. */
async function work({ model, paceMs }: Person, options: Options): Promise<void> {
  const { signal, random } = options
  while (!signal.aborted) {
    const session = createSession({ model, random })
    void send(titleRequest(session.id), { stream: false }, options).catch(() => {})
    while (!signal.aborted && !session.isOver()) {
      const isTaken = await takeTurn(session, model, options)
      if (isTaken && random() < DELEGATES) void delegate(session, paceMs, options)
      await rest(paceMs, options)
      if (!isTaken && random() < GIVES_UP) break
    }
  }
}

const GIVES_UP = 0.4
const DELEGATES = 0.08

/** A subagent with a conversation of its own; it does not wait between its turns. */
async function delegate(session: Session, paceMs: number, options: Options): Promise<void> {
  const works = { for: session.id, as: crypto.randomUUID() }
  const model = 'claude-sonnet-5-5'
  const subagent = createSession({ model, works, random: options.random })
  while (!options.signal.aborted && !subagent.isOver()) {
    if (!(await takeTurn(subagent, model, options))) return
    await rest(paceMs / 10, options)
  }
}

async function rest(ms: number, { signal, random }: Options): Promise<void> {
  await pause(ms * (0.5 + random()), undefined, { signal }).catch(() => {})
}

/** Sends a session's next request; false when it had no answer. */
async function takeTurn(session: Session, model: string, options: Options): Promise<boolean> {
  const stream = !model.includes('haiku') && options.random() < 0.9
  try {
    session.answered(await send(session.request({ stream }), { stream }, options))
    return true
  } catch {
    return false
  }
}

/** The content of the answer. Throws on anything but a complete answer. */
async function send(
  { headers, body }: ReturnType<Session['request']>,
  { stream }: { stream: boolean },
  { url, signal, random }: Options,
): Promise<Json[]> {
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
