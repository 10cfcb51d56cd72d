import { ProxyError } from '../errors.ts'

/** Reads a parameter of a query string; throws an `invalid_request_error` that names it. */
export function wholeNumber(
  name: string,
  text: string | undefined,
  fallback: number,
  most: number,
): number {
  if (text === undefined) return fallback
  const number = Number(text)
  if (/^\d+$/.test(text) && number <= most) return number
  throw new ProxyError('invalid_request_error', `${name}: must be a whole number from 0 to ${most}`)
}
