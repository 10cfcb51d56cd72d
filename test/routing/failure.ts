import { type ErrorDetails, type Outcome, ProxyError } from '../../src/errors.ts'

/** What an attempt with this outcome throws. */
export function aFailure(outcome: Outcome, details: ErrorDetails = {}): ProxyError {
  const code = outcome === 'rate_limited' ? 'rate_limit_error' : 'api_error'
  return new ProxyError(code, `it was ${outcome}`, { outcome, ...details })
}
