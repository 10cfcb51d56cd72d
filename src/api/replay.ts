import { Elysia } from 'elysia'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { ProxyError } from '../errors.ts'
import { tryParse } from '../json.ts'
import { type BodyLimits, readLimited } from '../messages/body.ts'
import type { Replay } from '../messages/replay.ts'

const ReplayBody = Type.Object(
  { target: Type.Optional(Type.String()) },
  { additionalProperties: false },
)
const validator = Compile(ReplayBody)

/** A request of the history, sent again: answers when that has ended. */
export function replayApi(replay: Replay) {
  return new Elysia({ name: 'api-replay' }).post(
    '/api/requests/:id/replay',
    async ({ request, params }) => {
      const target = await readTarget(request)
      const id = await replay(params.id, target, request.signal)
      return Response.json({ id, replay_of: params.id })
    },
    { parse: 'none' },
  )
}

const LIMITS: BodyLimits = { maxBodyBytes: 8192, readTimeoutMs: 10_000 }

/** An empty body means the same as `{}`. */
async function readTarget(request: Request): Promise<string | null> {
  const text = new TextDecoder().decode(await readLimited(request, LIMITS))
  const body = text === '' ? {} : tryParse(text)
  if (validator.Check(body)) return body.target || null
  const message = 'The body must be JSON: {"target": "<id of a target>"}, or {} for its own route'
  throw new ProxyError('invalid_request_error', message)
}
