import { ProxyError } from '../errors.ts'
import type { Filter } from './filter.ts'
import { readTime } from './range.ts'
import type { RequestState } from './schema.ts'

/** Every way a request can end. */
export const STATES: readonly RequestState[] = [
  'complete',
  'partial',
  'client_closed',
  'failed',
  'interrupted',
]

/** The members of a filter as they stand in a query string, and how each is read. */
const READERS: { [Name in keyof Filter]-?: (text: string) => Filter[Name] | Mistake } = {
  since: readMoment,
  until: readMoment,
  state: (text) => STATES.find((state) => state === text) ?? mistake(`be ${listed(STATES)}`),
  status: (text) => readNumber(text, /^[1-5]\d\d$/, 'be an HTTP status'),
  requested_model: asItIs,
  served_model: asItIs,
  provider: asItIs,
  region: asItIs,
  session_id: asItIs,
  stream: readFlag,
  is_background: readFlag,
  fell_back: readFlag,
  min_duration_ms: readAmount,
  min_cost_usd: readAmount,
  search: asItIs,
}

/** The parameters of a query string that say a filter. */
export const FILTER_NAMES = Object.keys(READERS) as (keyof Filter)[]

interface Mistake {
  mistake: string
}

/**
 * Reads the filter in a query string; parameters that are no filter are not looked at, and empty
 * ones, which a form sends for its empty fields, mean nothing. Throws an `invalid_request_error`
 * that names the parameter.
 */
export function readFilter(query: Record<string, string | undefined>): Filter {
  const filter: Record<string, unknown> = {}
  for (const [name, read] of Object.entries(READERS)) {
    const text = query[name]
    if (text === undefined || text === '') continue
    const value = read(text)
    if (isMistake(value)) {
      throw new ProxyError('invalid_request_error', `${name}: must ${value.mistake}`)
    }
    filter[name] = value
  }
  return filter
}

function asItIs(text: string): string {
  return text
}

function readFlag(text: string): boolean | Mistake {
  if (text === 'true') return true
  return text === 'false' ? false : mistake('be true or false')
}

function readAmount(text: string): number | Mistake {
  return readNumber(text, /^\d{1,15}(\.\d{1,15})?$/, 'be a number that is not negative')
}

/** Unix ms, or a date and time as in ISO 8601. */
function readMoment(text: string): number | Mistake {
  const time = readTime(text)
  return time ?? mistake('be Unix ms or an ISO 8601 time, such as 2026-11-22T13:00:00Z')
}

function readNumber(text: string, form: RegExp, what: string): number | Mistake {
  return form.test(text) ? Number(text) : mistake(what)
}

function mistake(text: string): Mistake {
  return { mistake: text }
}

function isMistake(value: unknown): value is Mistake {
  return typeof value === 'object' && value !== null
}

function listed(words: readonly string[]): string {
  return `one of ${words.join(', ')}`
}
