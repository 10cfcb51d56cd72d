/**
 * What goes up with a client's own credential (`auth: passthrough`), as if it had asked the service
 * itself; with a key of ours only the rows that say so.
 *
 * Everything else stays here: cookies, forwarding and hop-by-hop headers, `accept` (streams are
 * asked for in the body), and `idempotency-key`, since one request of a client may become several
 * different ones.
 */
const UP: readonly { name: RegExp; withOurKey?: true }[] = [
  // What the body means, and what it uses.
  { name: /^anthropic-(version|beta)$/, withOurKey: true },
  // Fields of a request that the SDK sends as headers.
  { name: /^anthropic-(user-profile|workspace)-id$/, withOurKey: true },
  { name: /^(x-api-key|authorization)$/ },
  // A newer client may know more of Anthropic's own.
  { name: /^anthropic-[a-z0-9-]+$/ },
  // They tell Anthropic about its own client, which is nobody else's business.
  { name: /^(user-agent|x-app|x-stainless-[a-z-]+|x-claude-[a-z0-9-]+)$/ },
]

/** Betas that belong to a subscription's token; with a key they are refused. */
const OF_THE_CREDENTIAL = /^oauth-/

/** Where a request goes, and with whose credential. */
export interface Upstream {
  apiKey: string | null
  auth: 'key' | 'passthrough'
  firstParty: boolean
}

/** The headers of an upstream request. */
export function upstreamHeaders(client: Headers, { apiKey, auth, firstParty }: Upstream): Headers {
  const headers = new Headers()
  for (const [name, value] of client) {
    const isWanted = UP.some(
      (row) => (auth === 'passthrough' || row.withOurKey) && row.name.test(name),
    )
    if (isWanted) headers.set(name, value)
  }
  if (auth === 'key') {
    dropBetas(headers)
    if (apiKey) headers.set('x-api-key', apiKey)
    // Compatible servers look in either place.
    if (apiKey && !firstParty) headers.set('authorization', `Bearer ${apiKey}`)
  }
  if (!headers.has('anthropic-version')) headers.set('anthropic-version', '2023-06-01')
  headers.set('content-type', 'application/json')
  // A compressed event stream arrives in lumps.
  headers.set('accept-encoding', 'identity')
  return headers
}

function dropBetas(headers: Headers) {
  const betas = betasIn(headers)
  const kept = betas.filter((beta) => !OF_THE_CREDENTIAL.test(beta))
  if (kept.length === betas.length) return
  if (kept.length > 0) headers.set('anthropic-beta', kept.join(','))
  else headers.delete('anthropic-beta')
}

/** The flags of `anthropic-beta`, which may be a list, repeated, or both. */
export function betasIn(headers: Headers): string[] {
  const flags = (headers.get('anthropic-beta') ?? '').split(',').map((flag) => flag.trim())
  return flags.filter((flag) => flag !== '')
}

/**
 * What comes down: the type of the body, whether to ask again, and the limits that are left. Not
 * `anthropic-organization-id` and `-workspace-id`, which name the owner of our key; and nothing
 * about the encoding and the length of a body that was decoded here. `retry-after` belongs to a
 * failure, where the routing may know of somebody who is free earlier.
 */
const DOWN = /^(content-type|x-should-retry|anthropic-(ratelimit|priority|fast)-[a-z0-9-]+)$/

/** The headers of an upstream's answer or refusal, as the client may have them. */
export function downstreamHeaders(upstream: Headers): Headers {
  const headers = new Headers()
  for (const [name, value] of upstream) if (DOWN.test(name)) headers.set(name, value)
  const id = upstream.get('request-id') ?? upstream.get('x-amzn-requestid')
  // `request-id` is ours; this one is what the service's support asks for.
  if (id !== null) headers.set('x-upstream-request-id', id)
  return headers
}
