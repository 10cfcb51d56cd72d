import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { Compare } from '../../views/pages/compare.tsx'
import type { DashboardDeps } from './deps.ts'
import { noRequest } from './request.tsx'
import { respond, respondError } from './respond.tsx'

/** An answer is written a moment after its row: so long the page goes on asking for it. */
const WRITING_MS = 30_000

/** Two requests side by side, such as one and its replay. */
export function comparePage({ reader, now }: DashboardDeps) {
  return new Elysia({ name: 'compare' }).get(
    '/requests/:id/compare/:other',
    async ({ request, params }) => {
      const sides = await Promise.all(
        [params.id, params.other].map(async (id) => {
          const [found, payload] = await Promise.all([reader.find(id), reader.payload(id)])
          return { id, found, said: payload?.response ?? null }
        }),
      )
      const [left, right] = sides
      if (!left?.found) return respondError(request, noRequest(params.id))
      if (!right?.found) return respondError(request, noRequest(params.other))
      const original = { request: left.found, said: left.said }
      const other = { request: right.found, said: right.said }
      const endedAt = right.found.created_at + right.found.duration_ms
      const isWriting = other.said === null && now() - endedAt < WRITING_MS
      return respond(request, {
        title: 'Two answers',
        section: 'requests',
        liveUrl: isWriting ? new URL(request.url).pathname : null,
        token: [original.said === null, other.said === null],
        content: () => <Compare original={original} other={other} />,
      })
    },
  )
}
