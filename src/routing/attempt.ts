import { orAborted } from '../abort.ts'
import { ProxyError, toProxyError } from '../errors.ts'
import { isRecord, tryParse } from '../json.ts'
import type { Exchange } from '../messages/exchange.ts'
import type { ClientRequest } from '../messages/request.ts'
import { emptyUsage, mergeUsage, type Usage } from '../messages/usage.ts'
import { badAnswer, failureFromException, failureIn200 } from '../providers/failure.ts'
import type { Call, Provider } from '../providers/provider.ts'
import { readText } from '../providers/upstream.ts'
import { type Minted, mintedIn } from './minted.ts'
import type { Target } from './target.ts'
import { createWatch, type Watch } from './watch.ts'
import { createWatchdog } from './watchdog.ts'

/** An answer whose content has begun. Until here every failure can be hidden from the client. */
export type Answer = JsonAnswer | StreamAnswer

export interface JsonAnswer {
  kind: 'json'
  headers: Headers
  usage: Usage
  minted: Minted
  text: string
}

export interface StreamAnswer {
  kind: 'stream'
  headers: Headers
  /** Grows as the stream goes on. */
  usage: Usage
  /** Grows as well. */
  minted: Minted
  watch: Watch
  /** What was held back until the first event with content. */
  head: Uint8Array
  reader: ChunkReader
  /** Cancels the upstream call; the reason is what `reader` then throws. */
  abort(reason: ProxyError): void
  /** What `reader` threw, as a ProxyError. */
  failure(error: unknown): ProxyError
}

export interface ChunkReader {
  read(): Promise<{ done: boolean; value?: Uint8Array }>
  cancel(reason: unknown): Promise<void>
}

/**
 * Asks one target once, and waits until its answer has content. Throws a ProxyError with an outcome
 * for everything else: a refusal, silence, a stream that fails or ends before it says anything.
 */
export async function runAttempt(
  provider: Provider,
  request: ClientRequest,
  target: Target,
  exchange: Pick<Exchange, 'signal' | 'redact'>,
  options: Pick<Call, 'isFresh' | 'heard'>,
): Promise<Answer> {
  const controller = new AbortController()
  const signal = AbortSignal.any([exchange.signal, controller.signal])
  const watchdog = createWatchdog()
  const streamed = request.body.stream === true
  const { firstEventTimeoutMs, idleTimeoutMs, requestTimeoutMs } = target.timers
  const limitMs = Math.min(streamed ? firstEventTimeoutMs : idleTimeoutMs, requestTimeoutMs)
  watchdog.arm(limitMs, () => controller.abort(silence(target, limitMs)))
  const failure = (error: unknown) =>
    failureFromException(provider.name, error, signal).redacted(exchange.redact)
  let response: Response | null = null
  try {
    // Credential lookups do not listen to our signal; nobody shall wait for them.
    response = await orAborted(provider.messages({ request, target, signal, ...options }), signal)
    if (!streamed) return await openJson(provider.name, response)
    const opened = await openStream(provider.name, response)
    return {
      ...opened,
      abort(reason) {
        controller.abort(reason)
        // Under backpressure Bun does not always close the connection for the signal alone.
        opened.reader.cancel(reason).catch(() => {})
      },
      failure(error) {
        try {
          return brokenOff(failure(error))
        } catch (defect) {
          return toProxyError(defect)
        }
      },
    }
  } catch (error) {
    const known = response ? brokenOff(failure(error)) : failure(error)
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

/** Once an answer has begun, a lost connection means something else than before. */
function brokenOff(error: ProxyError): ProxyError {
  const { outcome } = error.details
  if (outcome !== 'reset' && outcome !== 'unreachable') return error
  return new ProxyError(error.code, error.message, { ...error.details, outcome: 'bad_answer' })
}

/** Far above any answer there is; a server that goes on for ever must not take our memory. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

async function openJson(provider: string, response: Response): Promise<JsonAnswer> {
  const text = await readAnswer(provider, response)
  const message = tryParse(text)
  if (!isRecord(message)) throw badAnswer(provider, notJson(response, text))
  if (message.type !== 'message') throw errorIn200(provider, message)
  const usage = emptyUsage()
  mergeUsage(usage, message.usage)
  return { kind: 'json', headers: response.headers, usage, minted: mintedIn(message), text }
}

async function readAnswer(provider: string, response: Response): Promise<string> {
  try {
    const { text, isWhole } = await readText(response, MAX_ANSWER_BYTES)
    if (isWhole) return text
  } catch (error) {
    throw error instanceof ProxyError ? error : badAnswer(provider, 'the answer broke off', error)
  }
  throw badAnswer(provider, 'the answer has no end')
}

function notJson(response: Response, text: string): string {
  if (text === '') return 'the answer is empty'
  const type = response.headers.get('content-type') ?? 'no content type'
  return `the answer is not JSON (${type}): ${text.slice(0, 80)}`
}

function errorIn200(provider: string, body: Record<string, unknown>): ProxyError {
  const error = isRecord(body.error) ? body.error : null
  if (!error) return badAnswer(provider, 'the answer is not a message')
  return failureIn200(provider, error)
}

/** More than this without content is no preamble any more. */
const MAX_HEAD_BYTES = 1024 * 1024

async function openStream(
  provider: string,
  response: Response,
): Promise<Omit<StreamAnswer, 'abort' | 'failure'>> {
  const { headers, body } = response
  if (!headers.get('content-type')?.startsWith('text/event-stream')) {
    const text = await readAnswer(provider, response)
    const said = tryParse(text)
    throw isRecord(said) ? errorIn200(provider, said) : badAnswer(provider, notJson(response, text))
  }
  if (!body) throw badAnswer(provider, 'the stream is empty')
  const watch = createWatch(provider)
  const chunks: Uint8Array[] = []
  const reader: ChunkReader = body.getReader()
  let size = 0
  while (!watch.hasContent) {
    const { done, value } = await reader.read()
    if (done || !value) throw badAnswer(provider, 'the stream ended before it said anything')
    chunks.push(value)
    size += value.length
    watch.feed(value)
    if (watch.failure) throw watch.failure
    if (size > MAX_HEAD_BYTES) throw badAnswer(provider, 'the stream says nothing, at length')
  }
  const { usage, minted } = watch
  return { kind: 'stream', headers, usage, minted, watch, head: Buffer.concat(chunks), reader }
}
