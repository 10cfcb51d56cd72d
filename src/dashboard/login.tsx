import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { LoginPage } from '../../views/pages/login.tsx'
import type { Access } from '../access.ts'
import { readLimited } from '../messages/body.ts'
import { respond } from './respond.tsx'

/** Where a browser shows one of `server.api_keys`, once, and gets a cookie for it. */
export function loginRoutes(access: Pick<Access, 'login'>) {
  return new Elysia({ name: 'login' })
    .get('/login', ({ request }) => showForm(request, false))
    .post(
      '/login',
      async ({ request }) => {
        const body = await readLimited(request, FORM_LIMITS)
        const form = new URLSearchParams(new TextDecoder().decode(body))
        const cookie = access.login(form.get('key') ?? '')
        if (cookie === null) return showForm(request, true)
        const headers = { location: '/', 'set-cookie': cookie }
        return new Response(null, { status: 303, headers })
      },
      { parse: 'none' },
    )
}

/** Whoever has no key yet must not cost us memory or time. */
const FORM_LIMITS = { maxBodyBytes: 8192, readTimeoutMs: 10_000 }

function showForm(request: Request, isWrong: boolean): Promise<Response> {
  return respond(request, {
    title: 'Log in',
    section: null,
    liveUrl: null,
    token: isWrong,
    content: () => <LoginPage isWrong={isWrong} />,
    status: isWrong ? 401 : 200,
  })
}
