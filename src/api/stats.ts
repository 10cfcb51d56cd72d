import { Elysia } from 'elysia'
import { previous } from '../history/range.ts'
import type { ApiDeps } from './deps.ts'
import { flag } from './flag.ts'
import { readSpan, saysSpan } from './span.ts'

/** What the requests come to: all of them, where no time is named. */
export function statsApi({ reader, now }: Pick<ApiDeps, 'reader' | 'now'>) {
  return new Elysia({ name: 'api-stats' }).get('/api/stats', async ({ query }) => {
    const span = saysSpan(query) ? readSpan(query, now()) : { since: 0, until: now() + 1 }
    const isCompared = flag('previous', query.previous)
    const [summary, before] = await Promise.all([
      reader.summary(span),
      isCompared ? reader.summary(previous(span)) : null,
    ])
    return Response.json(before ? { ...summary, previous: before } : summary)
  })
}
