import { Elysia } from 'elysia'
import type { ApiDeps } from './deps.ts'
import { providersApi } from './providers.ts'
import { requestsApi } from './requests.ts'
import { statsApi } from './stats.ts'

/** What the dashboard shows, as JSON. */
export function apiRoutes(deps: ApiDeps) {
  return new Elysia({ name: 'api' })
    .use(requestsApi(deps))
    .use(statsApi(deps))
    .use(providersApi(deps))
}
