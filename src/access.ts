import { timingSafeEqual } from 'node:crypto'
import { ProxyError } from './errors.ts'

export interface AccessSettings {
  /** Host names that are ours besides the loopback ones; with or without a port. */
  allowedHosts: readonly string[]
  /** What a client must send; empty leaves the door open. */
  apiKeys: readonly string[]
}

/** Asked by probes and by the login page itself. */
const OPEN_PATHS = /^\/(health|ready|api\/hello|login|assets\/[^/]+)$/
const COOKIE = 'claude_proxy_key'

/**
 * Who may ask. Gives a check that throws `permission_error` or `authentication_error`.
 *
 * The Host comes first, before anything reads the path: a page that rebinds its own name to
 * 127.0.0.1 must not reach us, and Elysia routes short hosts to the wrong path.
 */
export function createAccess({ allowedHosts, apiKeys }: AccessSettings) {
  const hosts = new Set(['127.0.0.1', 'localhost', '[::1]', ...allowedHosts])
  const digests = apiKeys.map(digest)

  return {
    check(request: Request): void {
      checkHost(request.headers.get('host'), hosts)
      checkOrigin(request.headers, hosts)
      if (digests.length === 0 || OPEN_PATHS.test(new URL(request.url).pathname)) return
      const keys = [...keysIn(request.headers), cookieIn(request.headers)]
      if (!keys.some((key) => isKnown(key, digests))) throw unauthenticated()
    },

    /** The cookie for a browser that has shown a key; null for a wrong one. */
    login(key: string): string | null {
      if (!isKnown(key, digests)) return null
      return `${COOKIE}=${encodeURIComponent(key)}; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000`
    },

    /** The client's headers without the key that was meant for us: it must not go upstream. */
    withoutOurKey(headers: Headers): Headers {
      const foreign = new Headers(headers)
      for (const name of KEY_HEADERS) {
        if (isKnown(keyIn(headers, name), digests)) foreign.delete(name)
      }
      return foreign
    },
  }
}

export type Access = ReturnType<typeof createAccess>

function checkHost(host: string | null, hosts: ReadonlySet<string>): void {
  const given = host?.toLowerCase() ?? ''
  if (hosts.has(given) || hosts.has(given.replace(/:\d+$/, ''))) return
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

function keysIn(headers: Headers): string[] {
  return KEY_HEADERS.map((name) => keyIn(headers, name))
}

function keyIn(headers: Headers, name: (typeof KEY_HEADERS)[number]): string {
  return (headers.get(name) ?? '').replace(/^Bearer\s+/i, '')
}

function cookieIn(headers: Headers): string {
  const cookies = headers.get('cookie') ?? ''
  const value = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]*)`).exec(cookies)?.[1] ?? ''
  try {
    return decodeURIComponent(value)
  } catch {
    return ''
  }
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
