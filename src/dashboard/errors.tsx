import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { Errors } from '../../views/pages/errors.tsx'
import { bucketsOf, readRange } from '../history/range.ts'
import type { DashboardDeps } from './deps.ts'
import { errorsUrl, readErrorsQuery } from './errors-query.ts'
import { endOfMinute } from './minute.ts'
import { respond } from './respond.tsx'

/** What went wrong, like with like, and what to do about it. */
export function errorsPage({ reader, revision, problem, now }: DashboardDeps) {
  return new Elysia({ name: 'errors' }).get('/errors', ({ request, query }) => {
    const minute = endOfMinute(now())
    const range = readRange(query, minute)
    const asked = readErrorsQuery(query)
    return respond(request, {
      title: 'Errors',
      section: 'errors',
      liveUrl: errorsUrl(asked, range),
      problem: problem(),
      token: [revision(), minute],
      async content() {
        const buckets = bucketsOf(range)
        const groups = await reader.errors(buckets)
        return <Errors groups={groups} query={asked} range={range} bucketMs={buckets.bucketMs} />
      },
    })
  })
}
