import { Elysia } from 'elysia'
import { readFilter } from '../history/filter-query.ts'
import type { ApiDeps } from './deps.ts'
import { readBuckets, readTimedFilter } from './span.ts'

/** How many requests of a filter there are over time, and which values it could have. */
export function histogramApi({ reader, now }: Pick<ApiDeps, 'reader' | 'now'>) {
  return new Elysia({ name: 'api-histogram' })
    .get('/api/histogram', async ({ query }) => {
      const { since: _, until: __, ...filter } = readFilter(query)
      return Response.json(await reader.histogram(filter, readBuckets(query, now())))
    })
    .get('/api/facets', async ({ query }) =>
      Response.json(await reader.facets(readTimedFilter(query, now()))),
    )
}
