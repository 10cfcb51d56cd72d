import { OpenAI } from 'openai'
import { VERSION } from '../version.ts'
import { badAnswer, failureFromException } from './failure.ts'
import { namingField } from './translation/unsupported.ts'
import { fetchUpstream, type Sending } from './upstream.ts'
import { failureFrom } from './wire-error.ts'

/** A server that speaks one of OpenAI's APIs. */
export interface OpenAIServer {
  name: string
  /** Without a trailing slash, with the API's prefix: `https://api.openai.com/v1`. */
  baseUrl: string
  /** Null for servers that want none. */
  apiKey: string | null
}

/**
 * Posts a JSON body to a path behind the base URL and gives the answer, unread. Throws a ProxyError
 * with the service's own words for every status that is not a success.
 */
export async function postOpenAI(
  server: OpenAIServer,
  path: string,
  body: object,
  sending: Sending,
): Promise<Response> {
  const { signal } = sending
  try {
    return await clientFor(server, sending).post(path, { body, signal }).asResponse()
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error
    throw failureFromException(server.name, cause, signal)
  }
}

/** How one of the APIs gives its answers; a `Piece` is what its translation reads. */
export interface AnswerReader<Piece> {
  /** The pieces of an event stream, and `'done'` where the service says that this was all. */
  readStream(
    provider: string,
    body: ReadableStream<Uint8Array>,
    headers: Headers,
  ): AsyncIterable<Piece | 'done'>
  /** The pieces of an answer in one piece. */
  readWhole(provider: string, text: string, headers: Headers): Iterable<Piece>
}

/** Some servers ignore `stream`, some leave out the type: what came counts before what was asked. */
export async function* readAnswer<Piece>(
  { body, headers }: Response,
  provider: string,
  wantsStream: boolean,
  reader: AnswerReader<Piece>,
): AsyncGenerator<Piece | 'done'> {
  const type = headers.get('content-type') ?? ''
  if (!body || /html/i.test(type)) throw badAnswer(provider, `the answer is ${type || 'empty'}`)
  if (/event-stream/i.test(type) || (wantsStream && !/json/i.test(type))) {
    yield* reader.readStream(provider, body, headers)
    return
  }
  const text = await new Response(body).text().catch((error: unknown) => {
    throw badAnswer(provider, 'the answer broke off', error)
  })
  yield* reader.readWhole(provider, text, headers)
  yield 'done'
}

/**
 * A client for one call: it costs some 10 µs, and its fetch is the call's own. The package reads
 * `OPENAI_*` from the environment for whatever is not passed, and would send an organisation, a
 * project or custom headers meant for OpenAI to any base URL. It neither retries nor times: both
 * are the router's.
 */
function clientFor({ name, baseUrl, apiKey }: OpenAIServer, sending: Sending): OpenAI {
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
      if (!response.ok) throw namingField(await failureFrom(name, response))
      return response
    },
  })
}

const LONGEST_TIMER_MS = 2 ** 31 - 1

const UPSTREAM_HEADERS = ['authorization', 'content-type']

function upstreamHeaders(headers: Headers): Headers {
  const kept = new Headers({
    accept: '*/*',
    // A compressed event stream arrives in lumps.
    'accept-encoding': 'identity',
    // The package names itself after a class, which has another name in the executable.
    'user-agent': `claude-proxy/${VERSION}`,
  })
  for (const name of UPSTREAM_HEADERS) {
    const value = headers.get(name)
    if (value !== null) kept.set(name, value)
  }
  return kept
}
