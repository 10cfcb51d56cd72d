import { Elysia } from 'elysia'
import type { History } from '../history/history.ts'
import type { Journal } from '../history/journal.ts'

export interface ProbeDeps {
  history: Pick<History, 'isWritable' | 'trouble'>
  journal: Journal
  /** Sentences about what keeps the providers from being used; empty when one of them can be. */
  problems: () => string[]
  isDraining: () => boolean
  /** Everything a person who looks for a fault wants to know, secrets masked. */
  debug: () => Promise<object>
}

/** Is it up, can it work, what is in it. */
export function probeRoutes({ history, journal, problems, isDraining, debug }: ProbeDeps) {
  return new Elysia({ name: 'probes' })
    .get('/health', () => Response.json({ status: 'healthy' }))
    .get('/api/hello', () => Response.json({ message: 'hello' }))
    .head('/api/hello', () => new Response(null))
    .get('/ready', () => {
      const reasons = isDraining() ? ['draining'] : [...problems()]
      // On a full disk a write fails that could begin: what waits is the proof.
      const isWritten = journal.retry() && history.isWritable() && history.trouble() === null
      if (!isWritten) reasons.push('the history cannot be written')
      const ready = reasons.length === 0
      return Response.json(
        { status: ready ? 'ready' : 'unavailable', reasons },
        { status: ready ? 200 : 503 },
      )
    })
    .get('/debug', async () => Response.json(await debug()))
}
