import { Elysia } from 'elysia'
import type { ApiDeps } from './deps.ts'
import { errorsApi } from './errors.ts'
import { histogramApi } from './histogram.ts'
import { modelsApi } from './models.ts'
import { openApi } from './openapi/document.ts'
import { providersApi } from './providers.ts'
import { requestsApi } from './requests.ts'
import { seriesApi } from './series.ts'
import { sessionsApi } from './sessions.ts'
import { statsApi } from './stats.ts'

/** What the dashboard shows, as JSON. */
export function apiRoutes(deps: ApiDeps) {
  return new Elysia({ name: 'api' })
    .use(requestsApi(deps))
    .use(statsApi(deps))
    .use(seriesApi(deps))
    .use(histogramApi(deps))
    .use(modelsApi(deps))
    .use(errorsApi(deps))
    .use(sessionsApi(deps))
    .use(providersApi(deps))
    .use(openApi())
}
