import type { Payload } from '../history/answers.ts'
import type { RequestRow } from '../history/schema.ts'
import type { ClientRequest } from '../messages/request.ts'
import { within } from '../within.ts'
import { createCollector } from './excerpt.ts'
import { partOf } from './part.ts'

export interface KeeperSettings {
  /** Which requests are kept; those that repeat another one always are, to be compared. */
  payloads: 'none' | 'errors' | 'all'
  /** Of a request, and of an answer. */
  maxBytes: number
  /** Writes it, some time after the request's row. Never rejects. */
  keep(requestId: string, payload: Payload): Promise<void>
  warn(error: unknown): void
}

/** Keeps what requests and their answers say. */
export interface Keeper {
  /** Null where nothing will be kept, however the request ends. */
  listenTo(heard: Heard): Transcript | null
  /** Resolves when everything that has ended is written. */
  settled(): Promise<void>
}

/** Whose answer is listened to. */
export interface Heard {
  request: Pick<ClientRequest, 'bytes' | 'text'>
  replayOf: string | null
  /** Takes out the secrets, ours and this client's. */
  redact(text: string): string
}

/** What one client is sent, as it goes out. */
export interface Transcript {
  /** Takes a piece that must not change any more, before the client has it. */
  hear(piece: Uint8Array): void
  /** Nothing more will be sent. */
  close(): void
  /** The row is written. */
  ended(row: Pick<RequestRow, 'id' | 'state'>): void
}

/** An answer that has failed is sent after its row is written; a client that reads no more has gone. */
const LAST_WORDS_MS = 1000

/** Nothing is copied while an answer goes out; all work is done when its last bytes are on the way. */
export function createKeeper({ payloads, maxBytes, keep, warn }: KeeperSettings): Keeper {
  const pending = new Set<Promise<void>>()

  function isKept(state: RequestRow['state'], replayOf: string | null): boolean {
    return (
      payloads === 'all' || replayOf !== null || (payloads === 'errors' && state !== 'complete')
    )
  }

  return {
    listenTo({ request, replayOf, redact }) {
      if (payloads === 'none' && replayOf === null) return null
      const answer = createCollector(maxBytes)
      const { promise: closed, resolve: close } = Promise.withResolvers<void>()

      async function settle(hasLastWords: boolean) {
        if (hasLastWords) await within(LAST_WORDS_MS, closed)
        // The client's bytes go first.
        await new Promise((resolve) => setImmediate(resolve))
      }

      async function write(id: string) {
        try {
          await keep(id, payloadOf())
        } catch (error) {
          warn(error)
        }
      }

      function payloadOf(): Payload {
        const settings = { redact, maxBytes }
        const asked = { beginning: request.text, end: null }
        const said = answer.bytes === 0 ? null : answer.excerpt()
        return {
          request: partOf(asked, request.bytes.length, settings),
          response: said && partOf(said, answer.bytes, settings),
        }
      }

      return {
        hear: answer.add,
        close,
        ended({ id, state }) {
          if (!isKept(state, replayOf)) return
          const hasLastWords = state === 'failed' || state === 'interrupted'
          const written = settle(hasLastWords).then(() => write(id))
          pending.add(written)
          void written.finally(() => pending.delete(written))
        },
      }
    },

    async settled() {
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}
