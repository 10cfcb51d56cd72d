import { ProxyError } from '../errors.ts'
import { isRecord, tryParse } from '../json.ts'
import { putMember, replaceMember } from '../messages/json-text.ts'
import type { ClientRequest, CountTokensBody } from '../messages/request.ts'
import { withBody } from '../messages/with-body.ts'
import type { Target } from '../routing/target.ts'
import { adaptToClaude } from './claude/adapt.ts'
import { downstreamHeaders, upstreamHeaders } from './claude/headers.ts'
import { isAnotherVendors } from './claude/models.ts'
import { namingUnsupported } from './claude/unsupported.ts'
import { readCount } from './count.ts'
import { failureFromResponse } from './failure.ts'
import type { Call, Provider } from './provider.ts'
import { fetchUpstream, readShortBody } from './upstream.ts'
import { failureInBody } from './wire-error.ts'

export interface AnthropicSettings {
  name: string
  /** Without a trailing slash and without `/v1`. */
  baseUrl: string
  apiKey: string | null
  /** `passthrough`: the client's own credential goes upstream instead of a key of ours. */
  auth: 'key' | 'passthrough'
  /** Anthropic itself, as opposed to a server that only speaks like it. */
  firstParty: boolean
  /** Whether web search and the like run there. */
  serverTools?: boolean
  /** Put over every request. */
  extraBody: Record<string, unknown>
  unusable: string | null
}

/** Claude Code gives up at once where it is told to wait longer. */
const MAX_RETRY_AFTER_MS = 60_000

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
    isAnthropic: settings.firstParty,
    ...(settings.firstParty && { maxBodyBytes: MAX_BODY_BYTES }),
    isClaude: ({ baseModel }) => settings.firstParty || !isAnotherVendors(baseModel),
    runsTool: () => settings.serverTools ?? false,

    async messages(call) {
      const response = await send(call, '/v1/messages')
      return new Response(response.body, { headers: downstreamHeaders(response.headers) })
    },

    async countTokens(call) {
      const response = await send(call, '/v1/messages/count_tokens')
      return readCount(settings.name, response, 'input_tokens')
    },
  }
}

/** The client's bytes wherever the model takes them as they are. */
function upstreamBody(
  request: ClientRequest<CountTokensBody>,
  { model, baseModel }: Target,
  { extraBody }: AnthropicSettings,
): string | Uint8Array {
  const adapted = withBody(request, (body) => adaptToClaude(body, baseModel))
  let { text } = adapted
  for (const [key, value] of Object.entries(extraBody)) {
    text = putMember(text, key, JSON.stringify(value))
  }
  if (adapted.body.model !== model) text = replaceMember(text, 'model', JSON.stringify(model))
  return text === adapted.text ? adapted.bytes : text
}

/**
 * The refusal in the upstream's own words, with what its headers tell a client: its limits, and
 * whether to ask again.
 */
async function failureFrom(provider: string, response: Response): Promise<ProxyError> {
  const { status, headers } = response
  const parsed = tryParse(await readShortBody(response))
  const error = isRecord(parsed) && isRecord(parsed.error) ? parsed.error : {}
  const { type, message, details } = error
  const code = isRecord(details) ? details.error_code : null
  const failure =
    typeof type === 'string' && typeof message === 'string'
      ? failureFromResponse({
          ...{ provider, status, headers, message, type, body: error },
          code: typeof code === 'string' ? code : null,
        })
      : // OpenRouter's own refusals, before anybody behind it was asked.
        failureInBody(provider, parsed, response)
  const told = Object.fromEntries(downstreamHeaders(headers))
  // The error that the client gets is JSON of ours.
  delete told['content-type']
  const { retryAfterMs = Number.POSITIVE_INFINITY } = failure.details
  if (retryAfterMs <= MAX_RETRY_AFTER_MS) {
    told['retry-after'] = String(Math.ceil(retryAfterMs / 1000))
  }
  return new ProxyError(failure.code, failure.message, { ...failure.details, headers: told })
}
