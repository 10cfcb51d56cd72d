import { Elysia } from 'elysia'
import { ProxyError } from '../errors.ts'
import { newRequestId } from './exchange.ts'
import { renderError } from './render.ts'

/** One model a client can ask for, in the shape of Anthropic's models list. */
export interface ModelInfo {
  type: 'model'
  id: string
  display_name: string
  created_at: string
  max_input_tokens: number | null
  max_tokens: number | null
}

/** `GET /v1/models` and `GET /v1/models/:id`. */
export function modelsRoutes(models: readonly ModelInfo[]) {
  return new Elysia({ name: 'models' })
    .get('/v1/models', ({ query }) => handleList(models, query))
    .get('/v1/models/*', ({ params }) => handleOne(models, params['*']))
}

/** The models for these ids, each once. */
export function modelInfos(ids: Iterable<string>): ModelInfo[] {
  return [...new Set(ids)].map((id) => ({
    type: 'model',
    id,
    display_name: id,
    // Services behind the proxy tell no date; Anthropic's rule for "unknown" is the epoch.
    created_at: '1970-01-01T00:00:00Z',
    max_input_tokens: null,
    max_tokens: null,
  }))
}

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 1000

/** Pages as Anthropic's list does: `limit`, and `after_id` or `before_id`. */
function handleList(models: readonly ModelInfo[], query: Record<string, string>): Response {
  const limit = Number(query.limit ?? DEFAULT_LIMIT)
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    return refuse('invalid_request_error', `limit: must be a whole number from 1 to ${MAX_LIMIT}`)
  }
  const after = models.findIndex(({ id }) => id === query.after_id)
  const before = models.findIndex(({ id }) => id === query.before_id)
  const end = before === -1 ? models.length : before
  const start = before === -1 ? after + 1 : Math.max(0, before - limit)
  const data = models.slice(start, Math.min(end, start + limit))
  return Response.json({
    data,
    has_more: before === -1 ? start + data.length < models.length : start > 0,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  })
}

/** OpenRouter's ids have a slash in them, so the id is all the rest of the path. */
function handleOne(models: readonly ModelInfo[], encodedId: string): Response {
  const model = models.find(({ id }) => id === encodedId || id === decode(encodedId))
  return model ? Response.json(model) : refuse('not_found_error', `model: ${decode(encodedId)}`)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function refuse(code: 'invalid_request_error' | 'not_found_error', message: string): Response {
  return renderError(new ProxyError(code, message), newRequestId())
}
