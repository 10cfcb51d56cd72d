import { APIError, OpenAI } from 'openai'
import { badAnswer, failureFromException, failureFromResponse } from './failure.ts'
import type { Dialect } from './openai-chat/content.ts'
import { type AnthropicEvent, encodeEvent } from './openai-chat/events.ts'
import type { Quirks } from './openai-chat/quirks.ts'
import { readCompletion, readWireError } from './openai-chat/refusal.ts'
import { type ChatBody, toChatBody } from './openai-chat/request.ts'
import { collectMessage } from './openai-chat/response.ts'
import { readChunks } from './openai-chat/sse.ts'
import { type AnswerContext, Translation } from './openai-chat/stream.ts'
import { clientNames } from './openai-chat/tools.ts'
import { estimateInputTokens } from './openai-chat/usage.ts'
import type { Completion } from './openai-chat/wire.ts'
import type { Call, Provider } from './provider.ts'
import { bodyOf } from './upstream.ts'

export interface OpenAISettings {
  name: string
  /** Without a trailing slash, with the API's prefix: `https://api.openai.com/v1`. */
  baseUrl: string
  /** Null for servers that want none. */
  apiKey: string | null
  unusable: string | null
  quirks: Quirks
  /** Put over every request. */
  extraBody?: Record<string, unknown>
}

/** Any server that speaks Chat Completions, translated both ways. */
export function createOpenAIProvider(settings: OpenAISettings): Provider {
  const { name, quirks } = settings
  const clients = new Map<string, OpenAI>()
  const clientFor = (baseURL: string): OpenAI => {
    const client = clients.get(baseURL) ?? createClient(baseURL, settings.apiKey)
    clients.set(baseURL, client)
    return client
  }

  return {
    name,
    unusable: settings.unusable,

    async messages(call) {
      const dialect = { provider: name, model: call.target.model, quirks }
      const body = { ...toChatBody(call.request, dialect), ...settings.extraBody }
      // The body we give out may be cancelled while the upstream is silent: only an abort reaches
      // a read that waits.
      const cancelled = new AbortController()
      const signal = AbortSignal.any([call.signal, cancelled.signal])
      const upstream = await send(clientFor(call.target.endpoint ?? settings.baseUrl), body, {
        provider: name,
        signal,
        isFresh: call.isFresh ?? false,
      })
      const wantsStream = call.request.body.stream === true
      const chunks = readAnswer(upstream, name, wantsStream)
      const events = translate(chunks, answerContext(call, dialect), signal)
      if (wantsStream) return eventStream(events, cancelled)
      return Response.json(collectMessage(await Array.fromAsync(events)))
    },
  }
}

/**
 * The package reads `OPENAI_*` from the environment for whatever is not passed, and would send an
 * organisation, a project or custom headers meant for OpenAI to any base URL. It neither retries
 * nor times: both are the router's.
 */
function createClient(baseURL: string, apiKey: string | null): OpenAI {
  return new OpenAI({
    baseURL,
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    defaultHeaders: { authorization: apiKey === null ? null : `Bearer ${apiKey}` },
    maxRetries: 0,
    timeout: LONGEST_TIMER_MS,
    logLevel: 'off',
    fetch: (url, init) =>
      fetch(url, {
        ...init,
        headers: upstreamHeaders(new Headers(init?.headers)),
        // A redirect would carry the key to another origin; Bun ends a silent connection after
        // 360 s unless told not to.
        redirect: 'manual',
        timeout: false,
      }),
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

async function send(
  client: OpenAI,
  body: ChatBody,
  { provider, signal, isFresh }: { provider: string; signal: AbortSignal; isFresh: boolean },
): Promise<Response> {
  try {
    return await client
      .post('/chat/completions', { body, signal, fetchOptions: { keepalive: !isFresh } })
      .asResponse()
  } catch (error) {
    if (error instanceof APIError && error.status !== undefined) {
      throw refusalFrom(provider, error, error.status)
    }
    const cause = error instanceof Error ? (error.cause ?? error) : error
    throw failureFromException(provider, cause, signal)
  }
}

function refusalFrom(provider: string, error: APIError, status: number): Error {
  const wire = readWireError(error.error)
  return failureFromResponse({
    provider,
    status,
    headers: error.headers ?? new Headers(),
    message: wire?.message ?? plainText(error) ?? `${provider} answered HTTP ${status}`,
    type: wire?.type ?? null,
    code: wire?.code ?? null,
  })
}

/** The package keeps a body that is not JSON in its message, behind the status. */
function plainText({ message }: APIError): string | null {
  const text = message.replace(/^\d+ /, '')
  return /^\s*<|\(no body\)$/.test(text) ? null : text.slice(0, 500)
}

function answerContext({ request }: Call, { provider, model }: Dialect): AnswerContext {
  const { messages, tools } = request.body
  const blocks = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content))
  return {
    provider,
    model,
    tools: clientNames(tools),
    usedIds: new Set(blocks.flatMap(({ id }) => id ?? [])),
    inputTokens: estimateInputTokens(request),
  }
}

/** Each chunk becomes events at once. Whatever ends the upstream early is thrown as a ProxyError. */
async function* translate(
  chunks: AsyncIterable<Completion | 'done'>,
  context: AnswerContext,
  signal: AbortSignal,
): AsyncGenerator<AnthropicEvent> {
  const translation = new Translation(context)
  let isDone = false
  try {
    for await (const chunk of chunks) {
      if (chunk === 'done') isDone = true
      else yield* translation.take(chunk)
    }
    yield* translation.end(isDone)
  } catch (error) {
    throw failureFromException(context.provider, error, signal)
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
  yield readCompletion(provider, await new Response(body).text(), headers)
  yield 'done'
}

function eventStream(events: AsyncGenerator<AnthropicEvent>, cancelled: AbortController): Response {
  const body = bodyOf(encoded(events), { onCancel: () => cancelled.abort() })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

async function* encoded(events: AsyncGenerator<AnthropicEvent>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for await (const event of events) yield encoder.encode(encodeEvent(event))
}
