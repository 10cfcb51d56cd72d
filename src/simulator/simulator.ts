import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { anthropicWire } from './anthropic-wire.ts'
import { bedrockWire } from './bedrock-wire.ts'
import { converseWire } from './converse-wire.ts'
import type { Exchange } from './exchange.ts'
import { helpfulMood } from './moods.ts'
import { openaiWire } from './openai-wire.ts'
import { play, refuse } from './playback.ts'
import { createQuotas } from './quota.ts'
import { Refusal } from './refusal.ts'
import { responsesWire } from './responses-wire.ts'
import type { SimulatedCall, Step } from './steps.ts'
import type { Incoming, Wire } from './wire.ts'

export type { SimulatedCall, Step } from './steps.ts'

export interface Simulator {
  /** Base URL of the Anthropic wire and endpoint of Bedrock; with `/v1` that of OpenAI. */
  readonly url: string
  /** The newest thousand calls, oldest first. */
  readonly calls: SimulatedCall[]
  /** The next calls to this model play these steps; afterwards the mood decides. */
  script(model: string, ...steps: Step[]): void
  /** Resolves with the next call that arrives. */
  nextCall(): Promise<SimulatedCall>
  stop(): Promise<void>
}

export interface SimulatorOptions {
  /** A free one by default. */
  port?: number
  /** Decides for calls without a script. */
  mood?: (call: SimulatedCall) => Step
  requestsPerMinute?: Record<string, number>
  /** Knows every model, whatever its id; by default those that exist, and those with a script. */
  anyModel?: true
}

const WIRES: Wire[] = [anthropicWire, bedrockWire, converseWire, openaiWire, responsesWire]
const KEPT_CALLS = 1000

/**
 * Starts a server on loopback that speaks as the real services do and is as strict as they are.
 * A request that they would refuse is refused before its step is played.
 */
export function startSimulator(options: SimulatorOptions = {}): Simulator {
  const { mood = helpfulMood } = options
  const calls: SimulatedCall[] = []
  const scripts = new Map<string, Step[]>()
  const quotas = createQuotas(options.requestsPerMinute ?? {})
  let waiting: ((call: SimulatedCall) => void)[] = []

  const server = createServer(async (request, response) => {
    const incoming = await readRequest(request)
    if (!incoming) return
    const wire = WIRES.find((candidate) => candidate.serves(pathOf(incoming)))
    if (!wire || incoming.method !== 'POST') return notFound(response)
    const exchange = begin(wire, incoming, response)
    remember(exchange.call)
    const step = nextStep(wire, exchange)
    await (step instanceof Refusal ? refuse(step, exchange) : play(step, exchange))
  })

  function begin(wire: Wire, incoming: Incoming, response: ServerResponse): Exchange {
    const { promise: aborted, resolve } = Promise.withResolvers<void>()
    const model = wire.modelOf(incoming)
    const call: SimulatedCall = {
      ...incoming,
      wire: wire.name,
      model,
      status: null,
      aborted,
      isOpen: true,
    }
    const requestId = wire.newRequestId()
    const exchange = { call, wire, response, requestId, headers: {}, brokenOff: false }
    response.on('close', () => {
      call.isOpen = false
      if (!response.writableFinished && !exchange.brokenOff) resolve()
    })
    return exchange
  }

  function remember(call: SimulatedCall): void {
    calls.push(call)
    if (calls.length > KEPT_CALLS) calls.shift()
    for (const resolve of waiting) resolve(call)
    waiting = []
  }

  function nextStep(wire: Wire, exchange: Exchange): Step | Refusal {
    const { call } = exchange
    const now = Date.now()
    try {
      wire.authenticate(call)
      wire.check(call, options.anyModel ?? scripts.has(call.model))
      if (!wire.count(call) && !quotas.take(call.model, now)) {
        const retryAfter = String(quotas.retryAfter(call.model, now))
        return new Refusal(429, '', { headers: { 'retry-after': retryAfter } })
      }
      return scripts.get(call.model)?.shift() ?? mood(call)
    } catch (error) {
      if (error instanceof Refusal) return error
      throw error
    } finally {
      exchange.headers = wire.headers(exchange.requestId, quotas.left(call.model, now))
    }
  }

  server.keepAliveTimeout = 60_000
  // A port that is taken shows in the missing address at once; the event comes later.
  server.on('error', () => {})
  server.listen(options.port ?? 0, '127.0.0.1')
  const address = server.address()
  if (address === null || typeof address === 'string') {
    throw new Error(`The simulator cannot listen on 127.0.0.1:${options.port}`)
  }

  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    script(model, ...steps) {
      scripts.set(model, [...(scripts.get(model) ?? []), ...steps])
    },
    nextCall: () => new Promise((resolve) => waiting.push(resolve)),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Null where the caller went away while it was still sending. */
async function readRequest(request: IncomingMessage): Promise<Incoming | null> {
  const text = await readText(request).catch(() => null)
  if (text === null) return null
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: headersOf(request),
    text,
    body: parse(text),
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '')
  }
  return headers
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function pathOf({ path }: Incoming): string {
  return path.split('?')[0] ?? ''
}

function notFound(response: ServerResponse): void {
  const refusal = new Refusal(404, 'Not found')
  const { status, headers, body } = anthropicWire.refusal(refusal, anthropicWire.newRequestId())
  response.writeHead(status, headers).end(body)
}
