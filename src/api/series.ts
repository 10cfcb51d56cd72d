import { Elysia } from 'elysia'
import type { ApiDeps } from './deps.ts'
import { readBuckets } from './span.ts'

/** How it went over time. */
export function seriesApi({ reader, now }: Pick<ApiDeps, 'reader' | 'now'>) {
  return new Elysia({ name: 'api-series' }).get('/api/series', async ({ query }) =>
    Response.json(await reader.series(readBuckets(query, now()))),
  )
}
