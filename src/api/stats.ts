import { Elysia } from 'elysia'
import type { ApiDeps } from './deps.ts'
import { wholeNumber } from './whole-number.ts'

/** What the requests come to. */
export function statsApi({ reader, now }: Pick<ApiDeps, 'reader' | 'now'>) {
  return new Elysia({ name: 'api-stats' }).get('/api/stats', async ({ query }) => {
    const since = wholeNumber('since', query.since, 0, Number.MAX_SAFE_INTEGER)
    return Response.json(await reader.summary({ since, until: now() + 1 }))
  })
}
