import { isIP } from 'node:net'
import type { ProviderType, ServerConfig } from './config.ts'
import type { Path, Report } from './problem.ts'

export interface BaseUrlRules {
  type: ProviderType
  allowHttp: boolean
  /** So that nobody sends us to ourselves. */
  server: ServerConfig
}

/**
 * A base URL as the providers want it, without a slash at the end: with the version for the OpenAI
 * wire, without it for the Anthropic wire, whichever way it was written. Reports why not, and gives
 * null.
 */
export function readBaseUrl(
  text: string,
  { type, allowHttp, server }: BaseUrlRules,
  path: Path,
  report: Report,
): string | null {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    report(path, 'is not an http or https address', 'write for example https://llm.example.com/v1')
    return null
  }
  const problem = findProblem(url, allowHttp, server)
  if (problem) {
    report(path, ...problem)
    return null
  }
  return normalise(url, type)
}

function findProblem(url: URL, allowHttp: boolean, server: ServerConfig): [string, string] | null {
  const host = bareHost(url.hostname)
  if (url.username !== '' || url.password !== '') {
    return ['must not hold a user name or password', 'put the key under api_key']
  }
  if (url.search !== '' || url.hash !== '') {
    return ['must end with its path', 'leave out everything from ? or # on']
  }
  if (/\/(chat\/completions|responses|messages)\/?$/.test(url.pathname)) {
    return ['names an endpoint, not the base of one', 'end it with /v1']
  }
  if (isMetadataHost(host)) {
    return [
      `${host} is a link-local or cloud metadata address`,
      'write the address of a model provider',
    ]
  }
  if (isOurs(url, server)) {
    return ['is this proxy itself: requests would go round in circles', 'write another address']
  }
  if (url.protocol === 'http:' && !isLoopback(host) && !allowHttp) {
    return [
      `would send prompts and keys to ${host} unencrypted`,
      'write https, or set allow_http: true on the provider',
    ]
  }
  return null
}

/**
 * Not every server has its API at /v1 (Gemini: /v1beta/openai, Z.ai: /api/paas/v4): a path that
 * names a version anywhere is complete. Azure's portal shows an address without any.
 */
function normalise(url: URL, type: ProviderType): string {
  const base = `${url.origin}${url.pathname}`.replace(/\/+$/, '')
  if (type === 'anthropic') return base.replace(/\/v1$/, '')
  if (type === 'openai' && !/\/v\d\w*(\/|$)/.test(url.pathname)) {
    return AZURE.test(url.hostname) && url.pathname === '/' ? `${base}/openai/v1` : `${base}/v1`
  }
  return base
}

const AZURE = /\.(openai|services\.ai)\.azure\.com$/i

/** Whether a host name or address (without brackets) is only reachable from this machine. */
export function isLoopback(host: string): boolean {
  const bare = bareHost(host)
  if (bare === 'localhost' || bare.endsWith('.localhost') || bare === '::1') return true
  const v4 = asIPv4(bare)
  return v4?.startsWith('127.') ?? false
}

/** The services that hand credentials to whoever asks from inside a cloud machine. */
function isMetadataHost(host: string): boolean {
  if (host === 'metadata.google.internal' || host === 'metadata') return true
  if (isIP(host) === 6 && (/^fe[89ab]/.test(host) || host === 'fd00:ec2::254')) return true
  const v4 = asIPv4(host)
  // Alibaba's and Azure's stand outside the link-local range.
  return (
    v4 !== null && (v4.startsWith('169.254.') || ['100.100.100.200', '168.63.129.16'].includes(v4))
  )
}

function isOurs(url: URL, server: ServerConfig): boolean {
  const host = bareHost(url.hostname)
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const isOurPort = server.port !== 0 && port === String(server.port)
  if (server.allowedHosts.includes(`${host}:${port}`)) return true
  if (!isOurPort) return false
  const unspecified = host === '::' || asIPv4(host) === '0.0.0.0'
  return (
    isLoopback(host) ||
    unspecified ||
    host === bareHost(server.host) ||
    server.allowedHosts.includes(host)
  )
}

/** Lower case, without the brackets of IPv6 and the dot that ends a full name. */
function bareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}

/** The IPv4 address a host is, also inside IPv6 as URL writes it (::ffff:a9fe:a9fe). */
function asIPv4(host: string): string | null {
  if (isIP(host) === 4) return host
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host)
  if (!mapped) return null
  const bytes = mapped.slice(1).flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
  return bytes.join('.')
}
