import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { Overview } from '../../views/pages/overview.tsx'
import { readRange } from '../history/range.ts'
import type { DashboardDeps } from './deps.ts'
import { respond } from './respond.tsx'

const LATEST = 10
const MINUTE = 60_000

/** How it all goes, at a glance. */
export function overviewPage({ reader, revision, targets, now }: DashboardDeps) {
  return new Elysia({ name: 'overview' }).get('/', ({ request, query }) => {
    const minute = Math.ceil(now() / MINUTE) * MINUTE
    const range = readRange(query, minute)
    const states = targets()
    return respond(request, {
      title: 'Overview',
      section: 'overview',
      liveUrl: '/',
      token: [revision(), minute, states],
      async content() {
        const [summary, page] = await Promise.all([
          reader.summary(range),
          reader.page({ limit: LATEST }),
        ])
        return (
          <Overview
            summary={summary}
            latest={page.requests}
            targets={states}
            host={request.headers.get('host') ?? new URL(request.url).host}
          />
        )
      },
    })
  })
}
