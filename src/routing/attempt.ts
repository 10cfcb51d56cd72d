import { ProxyError } from '../errors.ts'
import type { ClientRequest } from '../messages/request.ts'
import { emptyUsage, mergeUsage, type Usage } from '../messages/usage.ts'
import { createWatch, type Watch } from '../messages/watch.ts'
import { badAnswer, failureFromException, failureFromResponse } from '../providers/failure.ts'
import type { Provider } from '../providers/provider.ts'
import { isRecord, tryParse } from '../providers/upstream.ts'
import type { Target } from './target.ts'
import { createWatchdog } from './watchdog.ts'

/** An answer whose content has begun. Until here every failure can be hidden from the client. */
export type Answer = JsonAnswer | StreamAnswer

export interface JsonAnswer {
  kind: 'json'
  headers: Headers
  usage: Usage
  text: string
}

export interface ChunkReader {
  read(): Promise<{ done: boolean; value?: Uint8Array }>
}

export interface StreamAnswer {
  kind: 'stream'
  headers: Headers
  watch: Watch
  /** What was held back until the first event with content. */
  head: Uint8Array
  reader: ChunkReader
  /** Cancels the upstream call; the reason is what `reader` then throws. */
  abort(reason?: ProxyError): void
  /** Puts what `reader` threw into our words. */
  failure(error: unknown): ProxyError
}

/**
 * Asks one target once, and waits until its answer has content. Throws a ProxyError with an outcome
 * for everything else: a refusal, silence, a stream that fails or ends before it says anything.
 */
export async function runAttempt(
  provider: Provider,
  request: ClientRequest,
  target: Target,
  exchangeSignal: AbortSignal,
  redact: (text: string) => string,
): Promise<Answer> {
  const controller = new AbortController()
  const signal = AbortSignal.any([exchangeSignal, controller.signal])
  const watchdog = createWatchdog()
  const streamed = request.body.stream === true
  const limitMs = streamed ? target.timers.firstEventTimeoutMs : target.timers.idleTimeoutMs
  watchdog.arm(limitMs, () => controller.abort(silence(target, limitMs)))
  const failure = (error: unknown) =>
    afterHeaders(failureFromException(provider.name, error, signal))
  try {
    const response = await orAborted(provider.messages({ request, target, signal }), signal)
    if (!streamed) return await openJson(provider.name, response)
    const opened = await openStream(provider.name, response)
    return { ...opened, abort: (reason) => controller.abort(reason), failure }
  } catch (error) {
    const known = error instanceof ProxyError ? error.redacted(redact) : failure(error)
    controller.abort(known)
    throw known
  } finally {
    watchdog.stop()
  }
}

function silence(target: Target, ms: number): ProxyError {
  return new ProxyError('timeout_error', `${target.id}: no answer within ${ms / 1000} s`, {
    outcome: 'silent',
  })
}

/** A second try is for a connection that died before it answered, not for an answer that broke. */
function afterHeaders(error: ProxyError): ProxyError {
  if (error.details.outcome !== 'reset' && error.details.outcome !== 'unreachable') return error
  return new ProxyError(error.code, error.message, { ...error.details, outcome: 'bad_answer' })
}

/** Credential lookups do not listen to our signal; nobody shall wait for them. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', onAbort))
}

async function openJson(provider: string, response: Response): Promise<JsonAnswer> {
  const text = await response.text()
  const message = tryParse(text)
  if (!isRecord(message)) throw badAnswer(provider, notJson(response, text))
  if (message.type !== 'message') throw errorIn200(provider, message)
  const usage = emptyUsage()
  mergeUsage(usage, message.usage)
  return { kind: 'json', headers: response.headers, usage, text }
}

function notJson(response: Response, text: string): string {
  if (text === '') return 'the answer is empty'
  const type = response.headers.get('content-type') ?? 'no content type'
  return `the answer is not JSON (${type}): ${text.slice(0, 80)}`
}

function errorIn200(provider: string, body: Record<string, unknown>): ProxyError {
  const error = isRecord(body.error) ? body.error : null
  if (!error) return badAnswer(provider, 'the answer is not a message')
  const type = typeof error.type === 'string' ? error.type : null
  const message = String(error.message ?? 'an error without a message')
  return failureFromResponse({ provider, status: 500, headers: new Headers(), message, type })
}

/** More than this without content is no preamble any more. */
const MAX_HEAD_BYTES = 1024 * 1024

async function openStream(
  provider: string,
  response: Response,
): Promise<Pick<StreamAnswer, 'kind' | 'headers' | 'watch' | 'head' | 'reader'>> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    const text = await response.text()
    const body = tryParse(text)
    throw isRecord(body) ? errorIn200(provider, body) : badAnswer(provider, notJson(response, text))
  }
  if (!response.body) throw badAnswer(provider, 'the stream is empty')
  const watch = createWatch(provider)
  const head: Uint8Array[] = []
  const reader: ChunkReader = response.body.getReader()
  let size = 0
  while (!watch.hasContent) {
    const { done, value } = await reader.read()
    if (done || !value) throw badAnswer(provider, 'the stream ended before it said anything')
    head.push(value)
    size += value.length
    watch.feed(value)
    if (watch.failure) throw watch.failure
    if (size > MAX_HEAD_BYTES) throw badAnswer(provider, 'the stream says nothing, at length')
  }
  return { kind: 'stream', headers: response.headers, watch, head: Buffer.concat(head), reader }
}
