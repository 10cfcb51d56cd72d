import { Elysia } from 'elysia'
import { type BodyLimits, readLimited } from '../messages/body.ts'
import type { Replay } from '../messages/replay.ts'

/** The form that sends a request again; shows both answers when the new one is there. */
export function replayForm(replay: Replay) {
  return new Elysia({ name: 'replay' }).post(
    '/requests/:id/replay',
    async ({ request, params }) => {
      const form = new URLSearchParams(new TextDecoder().decode(await readLimited(request, LIMITS)))
      const id = await replay(params.id, form.get('target') || null, request.signal)
      const original = encodeURIComponent(params.id)
      const location = `/requests/${original}/compare/${encodeURIComponent(id)}`
      return new Response(null, { status: 303, headers: { location } })
    },
    { parse: 'none' },
  )
}

const LIMITS: BodyLimits = { maxBodyBytes: 8192, readTimeoutMs: 10_000 }
