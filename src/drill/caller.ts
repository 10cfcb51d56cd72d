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

export interface Question {
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
