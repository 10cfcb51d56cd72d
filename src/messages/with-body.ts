import { exactBody } from './exact-json.ts'
import type { ClientRequest, CountTokensBody } from './request.ts'

/**
 * The request with a changed body: the very same where the change gives back what it was given. What
 * is printed then keeps the client's spelling of numbers and its order of members. `change` is called
 * a second time where that takes a body of its own, so it must depend on the body alone.
 */
export function withBody<Body extends CountTokensBody>(
  request: ClientRequest<Body>,
  change: (body: Body) => Body,
): ClientRequest<Body> {
  const body = change(request.body)
  if (body === request.body) return request
  const exact = exactBody(request)
  const text = JSON.stringify(exact === request.body ? body : change(exact))
  return { ...request, body, text, bytes: new TextEncoder().encode(text) }
}
