import { Elysia } from 'elysia'
import type { ApiDeps } from './deps.ts'
import { describeBuckets, readBuckets } from './span.ts'

/** Failures that look alike, the most frequent first. */
export function errorsApi({ reader, now }: Pick<ApiDeps, 'reader' | 'now'>) {
  return new Elysia({ name: 'api-errors' }).get('/api/errors', async ({ query }) => {
    const buckets = readBuckets(query, now())
    return Response.json({ errors: await reader.errors(buckets), ...describeBuckets(buckets) })
  })
}
