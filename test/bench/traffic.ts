import type { AttemptRow, RequestRow } from '../../src/history/schema.ts'
import { anAttempt, aRow, NO_BILL } from '../history/rows.ts'

const HOUR = 60 * 60_000
const DAY = 24 * HOUR
export const DAYS = 30

const TARGETS = [
  ['anthropic', 'claude-opus-5-5', null],
  ['anthropic', 'claude-sonnet-5', null],
  ['anthropic', 'claude-haiku-5', null],
  ['bedrock', 'us.anthropic.claude-opus-5-5', 'us-west-2'],
  ['bedrock', 'us.anthropic.claude-opus-5-5', 'us-east-1'],
  ['bedrock', 'us.anthropic.claude-sonnet-5', 'us-west-2'],
  ['openai', 'gpt-5.6', null],
  ['cerebras', 'gpt-oss-120b', null],
  ['openrouter', 'z-ai/glm-5', null],
] as const
const ASKED = ['claude-opus-5-5', 'claude-opus-5-5', 'claude-sonnet-5', 'claude-haiku-5'] as const
const FAILURES = [
  ['rate_limited', 429, 'Too many tokens, please wait before trying again.', '#'],
  ['overloaded', 529, 'Overloaded', 'Overloaded'],
  ['server_error', 500, 'Internal server error', 'Internal server error'],
  ['silent', null, 'no content within 30 s', 'no content within # s'],
  ['reset', null, 'the connection was closed', 'the connection was closed'],
] as const
const ENDINGS = ['failed', 'failed', 'partial', 'client_closed', 'interrupted'] as const

export interface Recorded {
  request: RequestRow
  attempts: AttemptRow[]
}

/**
 * The requests of thirty days up to `now` (Unix ms), oldest first: busy by day and quiet by night,
 * in sessions of some thirty, 6 % failing and 10 % falling back. The same every time.
 */
export function* traffic(count: number, now: number): Generator<Recorded> {
  const random = generator()
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const sessions = Array.from({ length: 8 }, () => newId(random))
  const perHour = weights().map((weight) => weight * count)
  let owed = 0
  let number = 0
  for (const [hour, share] of perHour.entries()) {
    owed += share
    const due = hour === perHour.length - 1 ? count - number : Math.floor(owed)
    owed -= due
    for (let index = 0; index < due; index++, number++) {
      const created_at = Math.floor(now - DAYS * DAY + (hour + index / due) * HOUR)
      const session = Math.floor(random() * sessions.length)
      if (random() < 1 / 30) sessions[session] = newId(random)
      const asked = pick(ASKED)
      const isBackground = asked === 'claude-haiku-5'
      const fails = random() < 0.06
      const fallsBack = random() < 0.1
      const [provider, model, region] = pick(TARGETS.slice(0, random() < 0.7 ? 4 : TARGETS.length))
      const state = fails ? pick(ENDINGS) : 'complete'
      const answered = state !== 'failed'
      const first_event_ms = answered ? 300 + 4000 * random() ** 3 : null
      const duration_ms = 800 + 60_000 * random() ** 4
      const bill = answered
        ? {
            input_tokens: Math.floor(2000 * random()),
            output_tokens: Math.floor(3000 * random() ** 2),
            cache_read_input_tokens: Math.floor(120_000 * random()),
            cache_creation_input_tokens: Math.floor(4000 * random() ** 2),
            thinking_tokens: Math.floor(500 * random()),
            price: {
              input: 5,
              output: 25,
              cache_read: 0.5,
              cache_write_5m: 6.25,
              cache_write_1h: 10,
            },
            cost_usd: random() < 0.97 ? 0.3 * random() ** 2 : null,
          }
        : {}
      const [outcome, status, words, shape] = pick(FAILURES)
      const failure = {
        provider,
        model,
        region,
        outcome,
        status,
        error: `${words} (request ${number})`,
        error_shape: `${shape} (request #)`,
        first_event_ms: null,
        duration_ms: 200 * random(),
      }
      const answer = { ...bill, provider, model, region, first_event_ms, duration_ms }
      yield {
        request: aRow(0, {
          ...NO_BILL,
          ...bill,
          id: `req_${created_at.toString(16).padStart(12, '0')}7${newId(random).slice(0, 19)}`,
          created_at,
          session_id: sessions[session] ?? null,
          is_background: isBackground,
          requested_model: asked,
          provider,
          served_model: model,
          region,
          stream: !isBackground || random() < 0.7,
          status: state === 'failed' ? (status ?? 502) : state === 'client_closed' ? 499 : 200,
          state,
          attempt_count: fallsBack ? 2 : 1,
          first_event_ms,
          duration_ms,
          error: fails ? `${provider}: ${words} (request ${number})` : null,
          error_shape: fails ? `${provider}: ${shape} (request #)` : null,
          throttles_absorbed: fallsBack ? 1 : 0,
          wait_avoided_ms: fallsBack ? 20_000 * random() : 0,
          ...(random() < 0.02 && {
            cache_lost_why: 'prefix' as const,
            cache_lost_tokens: Math.floor(50_000 * random()),
            cache_lost_usd: 0.2 * random(),
          }),
        }),
        attempts: [
          ...(fallsBack ? [anAttempt(failure)] : []),
          anAttempt(state === 'failed' ? failure : answer),
        ],
      }
    }
  }
}

/** The share of each hour; the working day is the busiest. */
function weights(): number[] {
  const hours = Array.from({ length: DAYS * 24 }, (_, hour) => {
    const ofDay = hour % 24
    return ofDay >= 8 && ofDay < 20 ? 8 : 1
  })
  const sum = hours.reduce((total, weight) => total + weight, 0)
  return hours.map((weight) => weight / sum)
}

/** Lehmer's; the next number from 0 to 1. */
function generator(): () => number {
  let seed = 20_261_122
  return () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
}

function newId(random: () => number): string {
  return Array.from({ length: 4 }, () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('')
}
