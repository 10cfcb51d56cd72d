import { timingSafeEqual } from 'node:crypto'
import { ProxyError } from './errors.ts'

export interface AccessSettings {
  /** Host names that are ours besides the loopback ones; with or without a port. */
  allowedHosts: readonly string[]
  /** What a client must send; empty leaves the door open. */
  apiKeys: readonly string[]
}

/** What probes ask for, and what the login page is made of. */
const OPEN_PATHS = new Set([
  '/health',
  '/ready',
  '/api/hello',
  '/login',
  '/assets/app.css',
  '/assets/app.js',
  '/assets/htmx.js',
  '/assets/theme.js',
])
const COOKIE = 'claude_proxy_login'
const COOKIE_LIFE_S = 30 * 24 * 60 * 60

/**
 * Who may ask. Gives a check that throws `permission_error` or `authentication_error`.
 *
 * The Host comes first, before anything reads the path: a page that rebinds its own name to
 * 127.0.0.1 must not reach us, and Elysia routes short hosts to the wrong path.
 */
export function createAccess({ allowedHosts, apiKeys }: AccessSettings) {
  const hosts = new Set(['127.0.0.1', 'localhost', '[::1]', ...allowedHosts])
  const keys = apiKeys.map(digest)
  // The cookie is derived from the key: it survives a restart, ends with the key, and is not it.
  const cookies = apiKeys.map((key) => digest(cookieFor(key)))

  return {
    check(request: Request): void {
      const { headers } = request
      checkHost(headers.get('host'), hosts)
      checkOrigin(headers, hosts)
      if (keys.length === 0 || OPEN_PATHS.has(new URL(request.url).pathname)) return
      if (KEY_HEADERS.some((name) => isKnown(keyIn(headers, name), keys))) return
      if (!isKnown(cookieIn(headers), cookies)) throw unauthenticated()
    },

    /** The `set-cookie` for a browser that has shown a key; null for a wrong one. */
    login(key: string): string | null {
      if (!isKnown(key, keys)) return null
      const attributes = `HttpOnly; SameSite=Strict; Path=/; Max-Age=${COOKIE_LIFE_S}`
      return `${COOKIE}=${cookieFor(key)}; ${attributes}`
    },

    /** The client's headers without the key that was meant for us: it must not go upstream. */
    withoutOurKey(headers: Headers): Headers {
      const ours = KEY_HEADERS.filter((name) => isKnown(keyIn(headers, name), keys))
      if (ours.length === 0) return headers
      const others = new Headers(headers)
      for (const name of ours) others.delete(name)
      return others
    },
  }
}

export type Access = ReturnType<typeof createAccess>

/** Elysia looks for the path from the eleventh character of the URL on. */
const SHORTEST_HOST = 4

function checkHost(host: string | null, hosts: ReadonlySet<string>): void {
  const given = host?.toLowerCase() ?? ''
  const isRoutable = given.length >= SHORTEST_HOST
  if (isRoutable && (hosts.has(given) || hosts.has(given.replace(/:\d+$/, '')))) return
  throw new ProxyError(
    'permission_error',
    `The host "${given.slice(0, 100)}" is not one of ours; add it to server.allowed_hosts if it is`,
  )
}

function checkOrigin(headers: Headers, hosts: ReadonlySet<string>): void {
  const origin = headers.get('origin')
  const isForeign = origin !== null && !isOwnOrigin(origin, headers.get('host'), hosts)
  if (isForeign || headers.get('sec-fetch-site') === 'cross-site') {
    throw new ProxyError('permission_error', 'Requests from other web sites are refused')
  }
}

/** Same host and port as the request's own: another service on localhost is not us. */
function isOwnOrigin(origin: string, host: string | null, hosts: ReadonlySet<string>): boolean {
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  return url.host === host?.toLowerCase() && (hosts.has(url.hostname) || hosts.has(url.host))
}

const KEY_HEADERS = ['x-api-key', 'authorization'] as const

function keyIn(headers: Headers, name: (typeof KEY_HEADERS)[number]): string {
  return (headers.get(name) ?? '').replace(/^Bearer\s+/i, '')
}

function cookieIn(headers: Headers): string {
  const cookies = headers.get('cookie') ?? ''
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]*)`).exec(cookies)?.[1] ?? ''
}

function cookieFor(key: string): string {
  return digest(`cookie of ${key}`).toString('hex')
}

/** Digests have one length, so the comparison tells nothing about the key. */
function isKnown(key: string, digests: readonly Buffer[]): boolean {
  const given = digest(key)
  return digests.some((known) => timingSafeEqual(known, given))
}

function digest(key: string): Buffer {
  return new Bun.CryptoHasher('sha256').update(key).digest()
}

function unauthenticated(): ProxyError {
  return new ProxyError(
    'authentication_error',
    'Send one of the keys in server.api_keys as x-api-key or Authorization: Bearer',
  )
}
