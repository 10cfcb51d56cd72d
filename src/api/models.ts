import { Elysia } from 'elysia'
import type { ApiDeps } from './deps.ts'
import { readSpan } from './span.ts'
import { wholeNumber } from './whole-number.ts'

const DEFAULT_LIMIT = 10
const MAX_LIMIT = 100

/** The served models that cost or took most. */
export function modelsApi({ reader, now }: Pick<ApiDeps, 'reader' | 'now'>) {
  return new Elysia({ name: 'api-models' }).get('/api/models', async ({ query }) => {
    const limit = wholeNumber('limit', query.limit, DEFAULT_LIMIT, MAX_LIMIT)
    return Response.json({ models: await reader.topModels(readSpan(query, now()), limit) })
  })
}
