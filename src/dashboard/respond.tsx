import { Html } from '@elysiajs/html'
import { Layout, type Section } from '../../views/layout.tsx'
import { ErrorPage } from '../../views/pages/error.tsx'
import type { ProxyError } from '../errors.ts'

export interface View {
  title: string
  section: Section | null
  /** The address the content is refreshed from; null where it can no longer change. */
  liveUrl: string | null
  /** What the reader has to know about all that stands here, as a sentence. */
  problem?: string | null
  /** All that the content is made of, besides its address: while it stays, so does the content. */
  token: unknown
  content(): JSX.Element
  status?: number
}

/** Gives the whole page, or to htmx only the content, or 304 to an htmx that already has it. */
export async function respond(request: Request, view: View): Promise<Response> {
  const { liveUrl, problem = null, token } = view
  const tag = Bun.hash(JSON.stringify([liveUrl, problem, token])).toString(36)
  const status = view.status ?? 200
  if (isPartial(request) && request.headers.get('hx-ptag') === tag) return reply(null, 304, tag)
  const safeProblem = problem === null ? '' : await (<Problem sentence={problem} />)
  const safeContent = safeProblem + (await view.content())
  if (isPartial(request)) return reply(safeContent, status, tag)
  const page = await (
    <Layout title={view.title} section={view.section} liveUrl={liveUrl} tag={tag}>
      {safeContent}
    </Layout>
  )
  return reply(`<!doctype html>${page}`, status, tag)
}

function Problem({ sentence }: { sentence: string }): JSX.Element {
  return (
    <p class="failure" role="alert" safe>
      {sentence}
    </p>
  )
}

/** The page for an error, with the error's own status and sentence. */
export function respondError(request: Request, error: ProxyError): Promise<Response> {
  return respond(request, {
    title: `Error ${error.status}`,
    section: null,
    liveUrl: null,
    token: error.message,
    content: () => <ErrorPage status={error.status} message={error.message} />,
    status: error.status,
  })
}

function isPartial(request: Request): boolean {
  return request.headers.get('hx-request-type') === 'partial'
}

function reply(body: string | null, status: number, tag: string): Response {
  return new Response(body, {
    status,
    headers: {
      ...SECURITY_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      vary: 'HX-Request, HX-Request-Type',
      'hx-ptag': tag,
    },
  })
}

/** Model names, errors and ids come from strangers: should one ever slip through, nothing runs. */
export const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  // Under `no-referrer` browsers send `Origin: null` with a form, and the login is refused.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}
