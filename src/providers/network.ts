import { type Outcome, ProxyError } from '../errors.ts'

/**
 * What an error of the network means, as a failure; null for an error that is none. Bun names them
 * by `code`; there is no Node-style `cause.code` (anthropics/claude-code#62034).
 */
export function networkFailure(provider: string, error: unknown): ProxyError | null {
  const code = codeOf(error)
  if (code === null) return null
  const [outcome, what] = kindOf(code)
  return new ProxyError('api_error', `${provider}: ${what} (${code})`, { outcome, cause: error })
}

function codeOf(error: unknown): string | null {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error
  return isCoded && typeof error.code === 'string' ? error.code : null
}

const CLOSED = /^(ECONNRESET|ECONNABORTED|EPIPE|ConnectionClosed|ERR_STREAM_PREMATURE_CLOSE)$/

/** Bun's own names for an answer that is not HTTP, or not what its headers say. */
const GARBLED = /^(Malformed|Invalid|Zlib|Brotli|Zstd|Unexpected|TooManyRedirects)/

/** All else is about getting there: DNS, refused, no route, TLS. */
function kindOf(code: string): [Outcome, string] {
  if (CLOSED.test(code)) return ['reset', 'the connection was closed']
  if (GARBLED.test(code)) return ['bad_answer', 'the answer cannot be read']
  return ['unreachable', 'could not be reached']
}
