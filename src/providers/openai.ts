import { OpenAI } from 'openai'
import { badAnswer, failureFromException } from './failure.ts'
import type { Dialect } from './openai-chat/content.ts'
import type { Quirks } from './openai-chat/quirks.ts'
import { failureFrom, readCompletion } from './openai-chat/refusal.ts'
import { type ChatBody, toChatBody } from './openai-chat/request.ts'
import { readChunks } from './openai-chat/sse.ts'
import { type AnswerContext, Translation } from './openai-chat/stream.ts'
import type { Completion } from './openai-chat/wire.ts'
import type { Call, Provider } from './provider.ts'
import { translatedAnswer } from './translation/answer.ts'
import type { Documents } from './translation/documents.ts'
import { clientNames } from './translation/names.ts'
import { estimateInputTokens } from './translation/usage.ts'
import { fetchUpstream, type Sending } from './upstream.ts'

export interface OpenAISettings {
  name: string
  /** Without a trailing slash, with the API's prefix: `https://api.openai.com/v1`. */
  baseUrl: string
  /** Null for servers that want none. */
  apiKey: string | null
  unusable: string | null
  quirks: Quirks
  documents: Documents
  /** Put over every request. */
  extraBody?: Record<string, unknown>
}

/** Any server that speaks Chat Completions, translated both ways. */
export function createOpenAIProvider(settings: OpenAISettings): Provider {
  const { name, quirks, documents } = settings

  return {
    name,
    unusable: settings.unusable,

    async messages(call) {
      const { model, baseModel } = call.target
      const dialect = { provider: name, model, baseModel, quirks }
      const takesFiles = quirks.files(baseModel)
      const request = takesFiles ? call.request : await documents.asText(call.request)
      const body = { ...toChatBody(request, dialect), ...settings.extraBody }
      const wantsStream = call.request.body.stream === true
      const translation = new Translation(answerContext(call, dialect))
      return translatedAnswer(call, translation, async (signal) => {
        const upstream = await send(settings, body, { ...call, signal })
        return readAnswer(upstream, name, wantsStream)
      })
    },
  }
}

/**
 * A client for one call: it costs some 10 µs, and its fetch is the call's own. The package reads
 * `OPENAI_*` from the environment for whatever is not passed, and would send an organisation, a
 * project or custom headers meant for OpenAI to any base URL. It neither retries nor times: both
 * are the router's.
 */
function clientFor({ name, baseUrl, apiKey }: OpenAISettings, sending: Sending): OpenAI {
  return new OpenAI({
    baseURL: sending.target.endpoint ?? baseUrl,
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    defaultHeaders: { authorization: apiKey === null ? null : `Bearer ${apiKey}` },
    maxRetries: 0,
    timeout: LONGEST_TIMER_MS,
    logLevel: 'off',
    async fetch(url, init) {
      const headers = upstreamHeaders(new Headers(init?.headers))
      const body = String(init?.body ?? '')
      const response = await fetchUpstream(
        name,
        String(url),
        { method: 'POST', headers, body },
        sending,
      )
      // Left to the package, an error body would be read whatever its size, and lose its shape.
      if (!response.ok) throw await failureFrom(name, response)
      return response
    },
  })
}

const LONGEST_TIMER_MS = 2 ** 31 - 1

const UPSTREAM_HEADERS = ['authorization', 'content-type', 'user-agent']

function upstreamHeaders(headers: Headers): Headers {
  // A compressed event stream arrives in lumps.
  const kept = new Headers({ accept: '*/*', 'accept-encoding': 'identity' })
  for (const name of UPSTREAM_HEADERS) {
    const value = headers.get(name)
    if (value !== null) kept.set(name, value)
  }
  return kept
}

async function send(settings: OpenAISettings, body: ChatBody, sending: Sending): Promise<Response> {
  const { signal } = sending
  try {
    return await clientFor(settings, sending)
      .post('/chat/completions', { body, signal })
      .asResponse()
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error
    throw failureFromException(settings.name, cause, signal)
  }
}

function answerContext({ request }: Call, dialect: Dialect): AnswerContext {
  const { messages, tools } = request.body
  const blocks = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content))
  return {
    provider: dialect.provider,
    model: dialect.model,
    tools: clientNames(tools),
    usedIds: new Set(blocks.flatMap(({ id }) => id ?? [])),
    inputTokens: estimateInputTokens(request, dialect.baseModel),
    thinkTags: dialect.quirks.thinkTags(dialect.baseModel),
  }
}

/** Some servers ignore `stream`, some leave out the type: what came counts before what was asked. */
async function* readAnswer(
  { body, headers }: Response,
  provider: string,
  wantsStream: boolean,
): AsyncGenerator<Completion | 'done'> {
  const type = headers.get('content-type') ?? ''
  if (!body || /html/i.test(type)) throw badAnswer(provider, `the answer is ${type || 'empty'}`)
  if (/event-stream/i.test(type) || (wantsStream && !/json/i.test(type))) {
    yield* readChunks(provider, body, headers)
    return
  }
  const text = await new Response(body).text().catch((error: unknown) => {
    throw badAnswer(provider, 'the answer broke off', error)
  })
  yield readCompletion(provider, text, headers)
  yield 'done'
}
