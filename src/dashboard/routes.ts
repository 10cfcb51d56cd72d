import { Elysia } from 'elysia'
import { ProxyError } from '../errors.ts'
import { serveAsset } from './assets.ts'
import { comparePage } from './compare.tsx'
import type { DashboardDeps } from './deps.ts'
import { errorsPage } from './errors.tsx'
import { overviewPage } from './overview.tsx'
import { providersPage } from './providers.tsx'
import { requestPage } from './request.tsx'
import { requestFiles } from './request-files.ts'
import { requestsPage } from './requests.tsx'
import { respondError } from './respond.tsx'
import { sessionPage } from './session.tsx'
import { sessionsPage } from './sessions.tsx'

/** The pages a person reads, and the files they need. */
export function dashboardRoutes(deps: DashboardDeps) {
  return new Elysia({ name: 'dashboard' })
    .use(overviewPage(deps))
    .use(requestsPage(deps))
    .use(requestPage(deps))
    .use(sessionsPage(deps))
    .use(sessionPage(deps))
    .use(errorsPage(deps))
    .use(requestFiles(deps))
    .use(comparePage(deps))
    .use(providersPage(deps))
    .get(
      '/assets/:name',
      ({ request, params, query }) =>
        serveAsset(params.name, query.v) ??
        respondError(request, new ProxyError('not_found_error', 'There is no such file.')),
    )
}
