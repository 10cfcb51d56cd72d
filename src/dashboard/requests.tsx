import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { Requests } from '../../views/pages/requests.tsx'
import type { Filter } from '../history/filter.ts'
import type { Reader } from '../history/reader.ts'
import type { TargetState } from '../routing/states.ts'
import type { DashboardDeps } from './deps.ts'
import { countPages, filterOf, readTableQuery, requestsUrl, type TableQuery } from './query.ts'
import { respond } from './respond.tsx'

const MINUTE = 60_000

/** Every request there was, page by page. */
export function requestsPage({ reader, revision, targets, now }: DashboardDeps) {
  return new Elysia({ name: 'requests' }).get('/requests', ({ request, query }) => {
    const minute = Math.floor(now() / MINUTE) * MINUTE
    const asked = readTableQuery(query)
    const states = targets()
    return respond(request, {
      title: 'Requests',
      section: 'requests',
      liveUrl: requestsUrl(asked),
      token: [revision(), minute, states],
      async content() {
        const { table, page } = await readTable(reader, asked, filterOf(asked, minute))
        return (
          <Requests
            summary={await reader.summary({ since: 0, until: Number.MAX_SAFE_INTEGER })}
            requests={page.requests}
            total={page.total}
            query={table}
            choices={choicesOf(states)}
            pages={countPages(page.total, table.size)}
            minute={minute}
          />
        )
      },
    })
  })
}

/** The page that was asked for, or the last one there is. */
async function readTable(reader: Reader, query: TableQuery, filter: Filter) {
  const read = (number: number) =>
    reader.page({ limit: query.size, offset: (number - 1) * query.size, filter })
  const page = await read(query.page)
  const last = countPages(page.total, query.size)
  if (query.page <= last) return { table: query, page }
  return { table: { ...query, page: last }, page: await read(last) }
}

function choicesOf(targets: readonly TargetState[]) {
  return {
    providers: [...new Set(targets.map(({ provider }) => provider))],
    models: [...new Set(targets.map(({ model }) => model))],
  }
}
