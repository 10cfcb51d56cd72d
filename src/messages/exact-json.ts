import { numbersIn } from './json-text.ts'
import type { ClientRequest, CountTokensBody } from './request.ts'

/** ECMAScript's "JSON.parse source text access", which TypeScript's library does not describe yet. */
declare global {
  interface JSON {
    rawJSON(text: string): unknown
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
    ): unknown
  }
}

/**
 * The body for whoever has to print it again: a number that JSON.stringify would spell in another
 * way (`1.0`, `1e3`, 9007199254740993) is raw JSON in it, so that it goes out as it came. Only the
 * settings we calculate with are plain numbers in any case.
 */
export function exactBody<Body extends CountTokensBody>(request: ClientRequest<Body>): Body {
  const { text, body } = request
  if (!hasOddNumber(text)) return body
  const exact = JSON.parse(text, keepSpelling) as Body
  const settings = Object.entries(body).filter(([key]) => SETTINGS.has(key))
  return { ...exact, ...Object.fromEntries(settings) }
}

const SETTINGS = new Set(['max_tokens', 'temperature', 'top_p', 'top_k', 'thinking'])

function keepSpelling(_key: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && isOdd(source)
    ? JSON.rawJSON(source)
    : value
}

/** Looked for first: parsing with a reviver costs twice as much, and odd numbers are rare. */
function hasOddNumber(text: string): boolean {
  for (const source of numbersIn(text)) if (isOdd(source)) return true
  return false
}

function isOdd(source: string): boolean {
  return JSON.stringify(Number(source)) !== source
}
