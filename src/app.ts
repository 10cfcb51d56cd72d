import { Elysia } from 'elysia'
import type { Access } from './access.ts'
import type { ApiDeps } from './api/deps.ts'
import { type ProbeDeps, probeRoutes } from './api/probes.ts'
import { replayApi } from './api/replay.ts'
import { apiRoutes } from './api/routes.ts'
import type { DashboardDeps } from './dashboard/deps.ts'
import { loginRoutes } from './dashboard/login.tsx'
import { replayForm } from './dashboard/replay.ts'
import { respondError } from './dashboard/respond.tsx'
import { dashboardRoutes } from './dashboard/routes.ts'
import { ProxyError, shuttingDown, toProxyError } from './errors.ts'
import type { Log } from './log.ts'
import type { Catalog } from './messages/catalog.ts'
import { newRequestId } from './messages/exchange.ts'
import { modelsRoutes } from './messages/models.ts'
import { renderError } from './messages/render.ts'
import { createReplay, type ReplayDeps } from './messages/replay.ts'
import { messagesRoutes } from './messages/routes.ts'

export interface AppDeps extends ReplayDeps, ApiDeps, DashboardDeps, ProbeDeps {
  access: Access
  log: Log
  catalog: Catalog
}

/** The whole HTTP surface. Tests call `app.handle(request)`; the server passes `app.fetch`. */
export function createApp(deps: AppDeps) {
  const replay = createReplay(deps)
  const app = new Elysia()
    .onRequest(({ request }) => {
      try {
        deps.access.check(request)
        if (deps.isDraining() && request.method === 'POST') throw shuttingDown()
      } catch (error) {
        return show(toProxyError(error), request)
      }
    })
    .onError(({ code, error, request }) => {
      const known = code === 'NOT_FOUND' ? notFound(request) : toProxyError(error)
      if (code !== 'NOT_FOUND' && !(error instanceof ProxyError)) deps.log.defect(error)
      return show(known, request)
    })
    .use(messagesRoutes(deps))
    .use(modelsRoutes(deps.catalog))
    .use(apiRoutes(deps))
    .use(replayApi(replay))
    .use(probeRoutes(deps))
    .use(loginRoutes(deps.access))
    .use(dashboardRoutes(deps))
    .use(replayForm(replay))

  /** A page for a person's browser, Anthropic's JSON for everyone else. */
  function show(error: ProxyError, request: Request): Response | Promise<Response> {
    const isForPrograms = /\/(v1|api)\//.test(request.url)
    const wantsPage = !isForPrograms && request.headers.get('accept')?.includes('text/html')
    if (wantsPage && error.code === 'authentication_error') return redirectToLogin()
    return wantsPage ? respondError(request, error) : renderError(error, newRequestId())
  }

  function notFound(request: Request): ProxyError {
    const { pathname } = new URL(request.url)
    const fitting = app.routes.filter(({ path }) =>
      new URLPattern({ pathname: path }).test({ pathname }),
    )
    const allowed = fitting.map(({ method }) => method)
    if (allowed.length === 0 || allowed.includes(request.method))
      return new ProxyError('not_found_error', `There is no ${pathname} here`)
    const allow = [...new Set(allowed)].join(', ')
    const message = `${pathname} takes ${allow}, not ${request.method}`
    return new ProxyError('method_not_allowed', message, { headers: { allow } })
  }

  return app
}

function redirectToLogin(): Response {
  return new Response(null, { status: 303, headers: { location: '/login' } })
}
