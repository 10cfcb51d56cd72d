import { Elysia, NotFoundError } from 'elysia'
import { ProxyError } from '../errors.ts'
import { newRequestId } from '../messages/exchange.ts'
import { renderError } from '../messages/render.ts'
import type { ApiDeps } from './deps.ts'

/** Every target with how it is, and what can be done about it. */
export function providersApi({ targets, clear }: Pick<ApiDeps, 'targets' | 'clear'>) {
  return new Elysia({ name: 'api-providers' })
    .get('/api/providers', () => Response.json({ targets: targets() }))
    .post(
      '/api/providers/*',
      ({ params }) => {
        const id = idToClear(params['*'])
        const cleared = clear(id)
        if (cleared.length > 0) return Response.json({ cleared })
        const message = `There is no target and no provider "${id}"; GET /api/providers lists them`
        return renderError(new ProxyError('not_found_error', message), newRequestId())
      },
      { parse: 'none' },
    )
}

/**
 * Takes what stands behind `/api/providers/`: a parameter would end at the first slash, and the id
 * of a target has some. They may be percent-encoded or not.
 */
function idToClear(path: string): string {
  const id = /^(.+)\/clear$/.exec(path)?.[1]
  if (id === undefined) throw new NotFoundError()
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}
