import { ProxyError } from '../errors.ts'

/** Reads a parameter that is `true` or `false`; throws an `invalid_request_error` that names it. */
export function flag(name: string, text: string | undefined): boolean {
  if (text === undefined || text === '' || text === 'false') return false
  if (text === 'true') return true
  throw new ProxyError('invalid_request_error', `${name}: must be true or false`)
}
