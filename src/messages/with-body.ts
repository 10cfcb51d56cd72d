import { isRecord } from '../json.ts'
import { elementsIn, membersIn } from './json-text.ts'
import type { ClientRequest, CountTokensBody } from './request.ts'

/**
 * The request with a changed copy of its body. What is the same in both keeps the client's own
 * bytes: a number its spelling, a text its escapes.
 */
export function withBody<Body extends CountTokensBody>(
  request: ClientRequest<Body>,
  body: Body,
): ClientRequest<Body> {
  if (body === request.body) return request
  const text = print(body, request.body, request.text)
  return { ...request, body, text, bytes: new TextEncoder().encode(text) }
}

/** `value` as JSON, given the JSON of what it was made from. */
function print(value: unknown, before: unknown, text: string): string {
  if (Object.is(value, before)) return text
  if (Array.isArray(value) && Array.isArray(before)) return printList(value, before, text)
  if (isRecord(value) && isRecord(before)) return printObject(value, before, text)
  return JSON.stringify(value)
}

function printObject(
  value: Record<string, unknown>,
  before: Record<string, unknown>,
  text: string,
): string {
  const known = membersIn(text)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  const printed = members.map(([key, member]) => {
    const old = known.get(key)
    const json = old === undefined ? JSON.stringify(member) : print(member, before[key], old)
    return `${JSON.stringify(key)}:${json}`
  })
  return `{${printed.join(',')}}`
}

/** Of a list that became shorter or longer, the elements that stayed are found by what they are. */
function printList(value: unknown[], before: unknown[], text: string): string {
  const known = elementsIn(text)
  let next = 0
  const printed = value.map((element, index) => {
    const found = value.length === before.length ? index : before.indexOf(element, next)
    const old = known[found]
    if (old === undefined) return JSON.stringify(element)
    next = found + 1
    return print(element, before[found], old)
  })
  return `[${printed.join(',')}]`
}
