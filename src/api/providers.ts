import { Elysia, NotFoundError } from 'elysia'
import { ProxyError } from '../errors.ts'
import { newRequestId } from '../messages/exchange.ts'
import { renderError } from '../messages/render.ts'
import type { Controls } from '../routing/controls.ts'
import type { ApiDeps } from './deps.ts'
import { describeBuckets, readBuckets } from './span.ts'

/** Every target with how it is, and what can be done about it. */
export function providersApi({ reader, now, ...controls }: ApiDeps) {
  return new Elysia({ name: 'api-providers' })
    .get('/api/providers', () => Response.json({ targets: controls.targets() }))
    .get('/api/providers/history', async ({ query }) => {
      const buckets = readBuckets(query, now())
      return Response.json({ targets: await reader.targets(buckets), ...describeBuckets(buckets) })
    })
    .post('/api/providers/*', ({ params }) => act(params['*'], controls), { parse: 'none' })
}

const ACTIONS = {
  clear: ({ clear }, id) => ({ cleared: known(id, clear(id)) }),
  pause: ({ pause }, id) => ({ paused: known(id, pause(id)) }),
  resume: ({ resume }, id) => ({ resumed: known(id, resume(id)) }),
  test: ({ test }, id) => test(id),
} satisfies Record<string, (controls: Controls, id: string) => object | Promise<object>>

async function act(path: string, controls: Controls): Promise<Response> {
  const { id, action } = readPath(path)
  try {
    return Response.json(await ACTIONS[action](controls, id))
  } catch (error) {
    if (!(error instanceof ProxyError)) throw error
    return renderError(error, newRequestId())
  }
}

/**
 * Takes what stands behind `/api/providers/`: a parameter would end at the first slash, and the id
 * of a target has some. They may be percent-encoded or not.
 */
function readPath(path: string): { id: string; action: keyof typeof ACTIONS } {
  const [, id = '', action = ''] = /^(.+)\/(\w+)$/.exec(path) ?? []
  if (!isAction(action)) throw new NotFoundError()
  try {
    return { id: decodeURIComponent(id), action }
  } catch {
    return { id, action }
  }
}

function isAction(text: string): text is keyof typeof ACTIONS {
  return Object.hasOwn(ACTIONS, text)
}

function known(id: string, ids: string[]): string[] {
  if (ids.length > 0) return ids
  const message = `There is no target and no provider "${id}"; GET /api/providers lists them`
  throw new ProxyError('not_found_error', message)
}
