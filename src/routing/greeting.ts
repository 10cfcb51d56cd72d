import { createParser } from 'eventsource-parser'
import { orAborted } from '../abort.ts'
import { type Outcome, ProxyError } from '../errors.ts'
import { isRecord, tryParse } from '../json.ts'
import type { ClientRequest, MessagesBody } from '../messages/request.ts'
import type { Usage } from '../messages/usage.ts'
import { badAnswer } from '../providers/failure.ts'
import type { Provider } from '../providers/provider.ts'
import { adviceFor } from './advice.ts'
import { type Answer, runAttempt } from './attempt.ts'
import { type FitDeps, fitTo } from './fit.ts'
import type { Health } from './health.ts'
import type { Target } from './target.ts'

/** How one tiny request to one target went. */
export interface TestResult {
  /** When it was over, Unix ms. */
  at: number
  outcome: Outcome | 'ok'
  /** The model that was asked. */
  model: string
  /** Null where there was no content. */
  first_event_ms: number | null
  duration_ms: number
  /** What the model said, in the few tokens it had; null where it failed. */
  text: string | null
  /** What the upstream said, without secrets; null where it answered. */
  error: string | null
  /** What a person can do about it. */
  advice: string | null
}

export interface GreetingDeps extends FitDeps {
  providers: ReadonlyMap<string, Provider>
  health: Health
  now: () => number
  redact(text: string): string
  shutdownSignal: AbortSignal
}

const LIMIT_MS = 30_000

/**
 * Asks exactly this target, whatever its state, one small thing. A failure leaves no trace in the
 * routing. A success is one like any other: it ends a rest, and counts for the limits.
 */
export async function greet(target: Target, deps: GreetingDeps): Promise<TestResult> {
  const { providers, health, now, redact, shutdownSignal } = deps
  const provider = providers.get(target.provider)
  if (!provider) throw new Error(`no provider "${target.provider}"`)
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(tooLate(target)), LIMIT_MS)
  const signal = AbortSignal.any([shutdownSignal, limit.signal])
  const flight = health.started(target, MAX_TOKENS)
  const start = performance.now()
  const elapsed = () => Math.round(performance.now() - start)
  let quotas = new Headers()
  let firstEventMs: number | null = null

  const resultOf = (rest: Pick<TestResult, 'outcome' | 'text' | 'error' | 'advice'>) => ({
    at: now(),
    model: target.model,
    first_event_ms: firstEventMs,
    duration_ms: elapsed(),
    ...rest,
  })

  try {
    const heard = (headers: Headers) => {
      quotas = headers
    }
    const request = fitTo(smallRequest(target.model), target, provider, deps)
    const answer = await runAttempt(provider, request, target, { signal, redact }, { heard })
    firstEventMs = elapsed()
    const text = await wordsOf(answer, signal)
    flight.heard(quotas)
    flight.answered(firstEventMs)
    flight.succeeded()
    flight.ended(tokensIn(answer.usage))
    return resultOf({ outcome: 'ok', text: redact(text), error: null, advice: null })
  } catch (error) {
    flight.withdrawn()
    if (!(error instanceof ProxyError)) throw error
    const outcome = error.details.outcome ?? 'server_error'
    const advice = adviceFor(outcome, target)
    return resultOf({ outcome, text: null, error: error.message, advice })
  } finally {
    clearTimeout(timer)
  }
}

function tooLate({ id }: Target): ProxyError {
  const message = `${id}: the test was not over within ${LIMIT_MS / 1000} s`
  return new ProxyError('timeout_error', message, { outcome: 'silent' })
}

/** The least that all services take. */
const MAX_TOKENS = 16

function smallRequest(model: string): ClientRequest {
  const body: MessagesBody = {
    model,
    max_tokens: MAX_TOKENS,
    stream: true,
    messages: [{ role: 'user', content: 'Hi' }],
  }
  const text = JSON.stringify(body)
  return { body, text, bytes: new TextEncoder().encode(text), headers: new Headers(), search: '' }
}

/** Not every server keeps to `max_tokens`. */
const MAX_CHARACTERS = 500

async function wordsOf(answer: Answer, signal: AbortSignal): Promise<string> {
  if (answer.kind === 'json') throw badAnswer('the answer', 'it is no stream')
  const { reader, watch } = answer
  const decoder = new TextDecoder()
  let text = ''
  const parser = createParser({
    onEvent({ data }) {
      const event = tryParse(data)
      const delta = isRecord(event) && isRecord(event.delta) ? event.delta : {}
      if (typeof delta.text === 'string') text = (text + delta.text).slice(0, MAX_CHARACTERS)
    },
  })
  const hear = (chunk: Uint8Array) => parser.feed(decoder.decode(chunk, { stream: true }))
  try {
    hear(answer.head)
    while (!watch.hasStopReason && !watch.isComplete) {
      const { done, value } = await orAborted(reader.read(), signal)
      if (done || !value) throw badAnswer('the answer', 'the stream broke off')
      watch.feed(value)
      hear(value)
      if (watch.failure) throw watch.failure
    }
    return text.trim()
  } catch (error) {
    throw answer.failure(error)
  } finally {
    answer.abort(new ProxyError('client_closed', 'the test is over', { outcome: 'aborted' }))
  }
}

function tokensIn({ input_tokens, output_tokens }: Usage): number {
  return (input_tokens ?? 0) + (output_tokens ?? 0)
}
