import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'
import { isRecord } from '../json.ts'
import { objectsIn } from '../simulator/json.ts'

/** What a caller got, as it came. */
export interface Reply {
  /** 0 where there was no answer at all. */
  status: number
  headers: Headers
  body: string
  /** Why it is not all that was to come: the connection broke, or it took too long. */
  broken: string | null
  durationMs: number
}

interface Question {
  model: string
  stream: boolean
  /** Aborted when the caller leaves. */
  leaving?: AbortSignal
  /** Told with every piece of the answer's body. */
  onPiece?: () => void
}

/** Longer than a staged request may take; a caller who is still waiting then has been forgotten. */
const PATIENCE_MS = 8000

/** Asks a proxy as a client would, and reads to the end. Never throws. */
export async function ask(
  url: string,
  { model, stream, leaving, onPiece }: Question,
): Promise<Reply> {
  const startedAt = performance.now()
  const patience = AbortSignal.timeout(PATIENCE_MS)
  const reply: Reply = { status: 0, headers: new Headers(), body: '', broken: null, durationMs: 0 }
  try {
    const response = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify({ model, stream, ...CONVERSATION }),
      signal: leaving ? AbortSignal.any([patience, leaving]) : patience,
      keepalive: false,
    })
    reply.status = response.status
    reply.headers = response.headers
    const decoder = new TextDecoder()
    for await (const piece of response.body ?? []) {
      reply.body += decoder.decode(piece, { stream: true })
      onPiece?.()
    }
  } catch (error) {
    reply.broken = patience.aborted
      ? `no end within ${PATIENCE_MS / 1000} s`
      : error instanceof Error
        ? error.message
        : String(error)
  }
  reply.durationMs = performance.now() - startedAt
  return reply
}

const HEADERS = {
  'content-type': 'application/json',
  'anthropic-version': '2023-06-01',
  'x-api-key': 'drill',
}

/** Without a session, which would be kept where its prompt cache is. */
const CONVERSATION = {
  max_tokens: 1000,
  messages: [{ role: 'user', content: 'Why does the upload test fail now and then?' }],
}

const Known = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

const Entry = Type.Object({
  state: Type.String(),
  provider: Known(Type.String()),
  served_model: Known(Type.String()),
  attempt_count: Type.Number(),
  input_tokens: Known(Type.Number()),
  output_tokens: Known(Type.Number()),
  error: Known(Type.String()),
  attempts: Type.Array(Type.Object({ provider: Type.String(), outcome: Type.String() })),
})
/** What the history says of a request. */
export type Entry = Static<typeof Entry>

/** The row of a request and its attempts, through the API; null where there is none. */
export async function findEntry(url: string, id: string): Promise<Entry | null> {
  const entry = await get(`${url}/api/requests/${id}`)
  return Check(Entry, entry) ? entry : null
}

/** How many rows there are. */
export async function countEntries(url: string): Promise<number> {
  const page = await get(`${url}/api/requests`)
  return isRecord(page) ? Number(page.total) : 0
}

/** How many requests are under way at all targets together. */
export async function countInFlight(url: string): Promise<number> {
  const providers = await get(`${url}/api/providers`)
  const targets = isRecord(providers) ? objectsIn(providers.targets) : []
  return targets.reduce((sum, target) => sum + Number(target.in_flight), 0)
}

async function get(url: string): Promise<unknown> {
  return (await fetch(url, { keepalive: false })).json()
}
