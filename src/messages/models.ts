import { Elysia } from 'elysia'
import { ProxyError } from '../errors.ts'
import type { Catalog, ModelInfo } from './catalog.ts'
import { newRequestId } from './exchange.ts'
import { renderError } from './render.ts'

/** `GET /v1/models` and `GET /v1/models/:id`. */
export function modelsRoutes(catalog: Catalog) {
  return new Elysia({ name: 'models' })
    .get('/v1/models', ({ query }) => handleList(catalog.list, query))
    .get('/v1/models/*', ({ params }) => handleOne(catalog, params['*']))
}

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 1000

/** Pages as Anthropic's list does: `limit`, and `after_id` or `before_id`. */
function handleList(models: readonly ModelInfo[], query: Record<string, string>): Response {
  const limit = Number(query.limit ?? DEFAULT_LIMIT)
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    return invalid(`limit: must be a whole number from 1 to ${MAX_LIMIT}`)
  }
  const { after_id, before_id } = query
  if (after_id !== undefined && before_id !== undefined) {
    return invalid('after_id and before_id: only one of them can be used')
  }
  for (const [name, id] of Object.entries({ after_id, before_id })) {
    if (id !== undefined && positionOf(id, models) === -1) {
      return invalid(`${name}: there is no model ${JSON.stringify(id)} in the list`)
    }
  }
  return Response.json(page(models, limit, after_id, before_id))
}

function page(
  models: readonly ModelInfo[],
  limit: number,
  afterId: string | undefined,
  beforeId: string | undefined,
) {
  const end = beforeId === undefined ? models.length : positionOf(beforeId, models)
  const after = afterId === undefined ? 0 : positionOf(afterId, models) + 1
  const start = beforeId === undefined ? after : Math.max(0, end - limit)
  const data = models.slice(start, Math.min(end, start + limit))
  return {
    data,
    has_more: beforeId === undefined ? start + data.length < models.length : start > 0,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  }
}

function positionOf(id: string, models: readonly ModelInfo[]): number {
  return models.findIndex((model) => model.id === id)
}

/** OpenRouter's ids have a slash in them, so the id is all the rest of the path. */
function handleOne(catalog: Catalog, encodedId: string): Response {
  const id = decode(encodedId)
  const model = catalog.find(id)
  return model
    ? Response.json(model)
    : renderError(new ProxyError('not_found_error', `model: ${id}`), newRequestId())
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function invalid(message: string): Response {
  return renderError(new ProxyError('invalid_request_error', message), newRequestId())
}
