import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Simulator, startSimulator } from '../src/simulator/simulator.ts'
import { post } from './support/client.ts'
import { lanesYaml } from './support/lanes.ts'
import { startTestProxy, type TestProxy } from './support/proxy.ts'

let simulator: Simulator
let open: TestProxy
let locked: TestProxy

beforeAll(async () => {
  simulator = startSimulator()
  open = await startTestProxy(lanesYaml(simulator))
  locked = await startTestProxy(
    lanesYaml(simulator).replace(
      'server: {',
      'server: { api_keys: [key-of-the-proxy], allowed_hosts: [proxy.lan],',
    ),
  )
})
afterAll(async () => {
  await open.stop(0)
  await locked.stop(0)
  await simulator.stop()
})

const ROUTES = [
  '/',
  '/requests',
  '/health',
  '/ready',
  '/debug',
  '/v1/models',
  '/api/requests',
  '/nowhere',
]

describe('a host that is not ours', () => {
  const hosts = [
    'evil.com',
    'x',
    'a.b',
    '127.0.0.1.nip.io',
    'localhost.',
    'localhost.evil.com',
    '127.0.0.1@evil.com',
  ]
  test.each(hosts)('%s is refused on every route', async (host) => {
    for (const route of ROUTES) {
      const response = await fetch(`${open.url}${route}`, { headers: { host } })
      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(response.status).not.toBe(404)
      expect(await response.text()).not.toContain('<table')
    }
  })

  // Elysia looks for the path from the eleventh character of the URL on.
  test('and does not reach another route by being short', async () => {
    const response = await fetch(`${open.url}/ab/debug`, { headers: { host: 'x' } })
    expect(response.status).toBe(403)
  })

  test.each(['localhost', 'LOCALHOST:1', '127.0.0.1', '[::1]:8080', 'proxy.lan', 'proxy.lan:80'])(
    'is not %s',
    async (host) => {
      const response = await fetch(`${locked.url}/health`, { headers: { host } })
      expect(response.status).toBe(200)
    },
  )
})

describe('another web site', () => {
  test.each([
    { origin: 'https://evil.com' },
    { origin: 'null' },
    { origin: 'http://localhost:1' },
    { 'sec-fetch-site': 'cross-site' },
  ])('is refused: %p', async (headers) => {
    for (const route of ROUTES) {
      expect((await fetch(`${open.url}${route}`, { headers })).status).toBe(403)
    }
    expect((await post(open.url, {}, { headers })).status).toBe(403)
  })

  test('is told of no CORS', async () => {
    const preflight = await fetch(`${open.url}/v1/messages`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.com', 'access-control-request-method': 'POST' },
    })
    expect(preflight.status).toBe(403)
    for (const route of ROUTES) {
      const { headers } = await fetch(`${open.url}${route}`)
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  test('is not our own page', async () => {
    const response = await fetch(`${open.url}/health`, { headers: { origin: open.url } })
    expect(response.status).toBe(200)
  })
})

describe('with api_keys', () => {
  const request = {
    model: 'anthropic',
    max_tokens: 10,
    messages: [{ role: 'user', content: 'Hi' }],
  }

  test.each([{ 'x-api-key': 'key-of-the-proxy' }, { authorization: 'Bearer key-of-the-proxy' }])(
    'a client shows one: %p',
    async (headers) => {
      expect((await post(locked.url, request, { headers })).status).toBe(200)
    },
  )

  test.each([{}, { 'x-api-key': 'key-of-the-prox' }, { authorization: 'Bearer ' }])(
    'or is refused: %p',
    async (headers) => {
      const response = await post(locked.url, request, { headers })
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject({ error: { type: 'authentication_error' } })
    },
  )

  test('everything but the probes is behind them', async () => {
    const statuses = async (route: string) =>
      (await fetch(`${locked.url}${route}`, { redirect: 'manual' })).status
    for (const route of ['/health', '/ready', '/api/hello']) expect(await statuses(route)).toBe(200)
    for (const route of ['/debug', '/api/requests', '/v1/models', '/nowhere', '/metrics']) {
      expect(await statuses(route)).toBe(401)
    }
  })

  test('a browser logs in once', async () => {
    const html = { accept: 'text/html' }
    const first = await fetch(locked.url, { headers: html, redirect: 'manual' })
    expect(first.status).toBe(303)
    expect(first.headers.get('location')).toBe('/login')
    const form = await fetch(`${locked.url}/login`)
    expect(await form.text()).toContain('type="password"')
    // Under no-referrer a browser would send `Origin: null` with the form.
    expect(form.headers.get('referrer-policy')).toBe('same-origin')
    const logIn = (key: string) =>
      fetch(`${locked.url}/login`, {
        method: 'POST',
        headers: { origin: locked.url },
        body: new URLSearchParams({ key }),
        redirect: 'manual',
      })
    expect((await logIn('wrong')).status).toBe(401)
    expect((await logIn('x'.repeat(10_000))).status).toBe(413)
    const welcome = await logIn('key-of-the-proxy')
    const cookie = welcome.headers.get('set-cookie') ?? ''
    expect(cookie).toContain('HttpOnly; SameSite=Strict; Path=/')
    expect(cookie).not.toContain('key-of-the-proxy')
    const page = await fetch(locked.url, {
      headers: { ...html, cookie: cookie.split(';')[0] ?? '' },
    })
    expect(page.status).toBe(200)
  })
})

describe('upstream', () => {
  const request = {
    model: 'anthropic',
    max_tokens: 10,
    messages: [{ role: 'user', content: 'Hi' }],
  }
  const foreign = {
    'x-api-key': 'key-of-the-client',
    authorization: 'Bearer key-of-the-client',
    cookie: 'session=secret',
    'x-forwarded-for': '10.0.0.1',
    'x-custom': 'anything',
    'anthropic-beta': 'context-management-2025-06-27',
    'anthropic-version': '2023-06-01',
  }

  test.each(['anthropic', 'bedrock', 'openai'])(
    'the %s lane sends none of the client’s own headers',
    async (model) => {
      const arrival = simulator.nextCall()
      await post(open.url, { ...request, model }, { headers: foreign })
      const sent = JSON.stringify(Object.fromEntries((await arrival).headers))
      expect(sent).not.toContain('key-of-the-client')
      for (const name of ['cookie', 'x-forwarded-for', 'x-custom'])
        expect(sent).not.toContain(`"${name}"`)
    },
  )

  test('the Anthropic lane sends its betas and version', async () => {
    const arrival = simulator.nextCall()
    await post(open.url, request, { headers: foreign })
    const { headers } = await arrival
    expect(headers.get('anthropic-beta')).toBe('context-management-2025-06-27')
    expect(headers.get('anthropic-version')).toBe('2023-06-01')
  })
})
