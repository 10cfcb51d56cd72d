import type { ProxyError } from '../errors.ts'
import { isRecord, tryParse } from '../json.ts'
import { removeFirstElement, replaceMember } from '../messages/json-text.ts'
import type { ClientRequest, CountTokensBody } from '../messages/request.ts'
import type { Target } from '../routing/target.ts'
import { adaptToClaude } from './claude/adapt.ts'
import { hasBillingLine } from './claude/billing.ts'
import { namingUnsupported } from './claude/unsupported.ts'
import { badAnswer, failureFromResponse } from './failure.ts'
import type { Call, Provider } from './provider.ts'
import { fetchUpstream, readErrorBody } from './upstream.ts'

export interface AnthropicSettings {
  name: string
  /** Without a trailing slash and without `/v1`. */
  baseUrl: string
  apiKey: string | null
  /** `passthrough`: the client's own credential goes upstream instead of a key of ours. */
  auth: 'key' | 'passthrough'
  /** Anthropic itself, as opposed to a server that only speaks like it. */
  firstParty: boolean
  /** Put over every request. */
  extraBody: Record<string, unknown>
  unusable: string | null
}

/** 32 MB, by platform.claude.com/docs/en/api/overview (request size limits). */
const MAX_BODY_BYTES = 32 * 1024 * 1024

/** The byte-exact lane: what the client wrote goes out but for the model name and the key. */
export function createAnthropicProvider(settings: AnthropicSettings): Provider {
  const send = async (call: Call<CountTokensBody>, path: string): Promise<Response> => {
    const url = `${call.target.endpoint ?? settings.baseUrl}${path}${call.request.search}`
    const init = {
      method: 'POST',
      headers: upstreamHeaders(call.request.headers, settings),
      body: upstreamBody(call.request, call.target, settings),
    }
    const response = await fetchUpstream(settings.name, url, init, call)
    if (!response.ok) throw namingUnsupported(await failureFrom(settings.name, response))
    return response
  }

  return {
    name: settings.name,
    unusable: settings.unusable,
    passthrough: settings.auth === 'passthrough',
    prefill: true,
    ...(settings.firstParty && { maxBodyBytes: MAX_BODY_BYTES }),

    async messages(call) {
      const response = await send(call, '/v1/messages')
      return new Response(response.body, { headers: clientHeaders(response.headers) })
    },

    async countTokens(call) {
      const response = await send(call, '/v1/messages/count_tokens')
      const body: unknown = await response.json().catch(() => null)
      if (isRecord(body) && typeof body.input_tokens === 'number') return body.input_tokens
      throw badAnswer(settings.name, 'the token count has no input_tokens')
    },
  }
}

/** The client's bytes wherever the model takes them as they are. */
function upstreamBody(
  request: ClientRequest<CountTokensBody>,
  target: Target,
  settings: AnthropicSettings,
): string | Uint8Array {
  const { body } = request
  const adapted = adaptToClaude(body, target.baseModel)
  const hasExtras = Object.keys(settings.extraBody).length > 0
  const wanted = hasExtras ? { ...adapted, ...settings.extraBody } : adapted
  let text = wanted === body ? request.text : JSON.stringify(wanted)
  if (body.model !== target.model) text = replaceMember(text, 'model', JSON.stringify(target.model))
  if (!settings.firstParty && hasBillingLine(body)) text = removeFirstElement(text, 'system')
  return text === request.text ? request.bytes : text
}

/** Headers that belong to the caller and mean something only to Anthropic itself. */
const PASSTHROUGH_HEADERS =
  /^(x-api-key|authorization|user-agent|x-app|anthropic-[a-z-]+|x-stainless-[a-z-]+|x-claude-code-[a-z-]+)$/

function upstreamHeaders(client: Headers, settings: AnthropicSettings): Headers {
  const headers = new Headers({
    'content-type': 'application/json',
    'anthropic-version': client.get('anthropic-version') ?? '2023-06-01',
    // A compressed event stream arrives in lumps.
    'accept-encoding': 'identity',
  })
  if (settings.auth === 'passthrough') {
    for (const [name, value] of client) if (PASSTHROUGH_HEADERS.test(name)) headers.set(name, value)
    return headers
  }
  const betas = client.get('anthropic-beta')
  if (betas) headers.set('anthropic-beta', betas)
  if (settings.apiKey) {
    headers.set('x-api-key', settings.apiKey)
    // Compatible servers look in either place.
    if (!settings.firstParty) headers.set('authorization', `Bearer ${settings.apiKey}`)
  }
  return headers
}

const CLIENT_HEADERS = /^(content-type|anthropic-ratelimit-[a-z-]+)$/

function clientHeaders(upstream: Headers): Headers {
  const headers = new Headers()
  for (const [name, value] of upstream) if (CLIENT_HEADERS.test(name)) headers.set(name, value)
  return headers
}

async function failureFrom(provider: string, response: Response): Promise<ProxyError> {
  const { status, headers } = response
  const parsed = tryParse(await readErrorBody(response))
  const error = isRecord(parsed) && isRecord(parsed.error) ? parsed.error : null
  if (!error || typeof error.message !== 'string') {
    return failureFromResponse({
      provider,
      status,
      headers,
      message: `${provider} answered HTTP ${status}`,
    })
  }
  const details = isRecord(error.details) ? error.details : {}
  return failureFromResponse({
    provider,
    status,
    headers,
    message: error.message,
    type: typeof error.type === 'string' ? error.type : null,
    code: typeof details.error_code === 'string' ? details.error_code : null,
    body: error,
  })
}
