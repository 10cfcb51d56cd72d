import type { AttemptRow, RequestRow } from '../../src/history/schema.ts'
import type { TargetState } from '../../src/routing/states.ts'
import { anAttempt, aRequest, aTarget, NOW } from '../dashboard/cast.ts'

/** What a dashboard has to show. */
export interface Scene {
  targets: TargetState[]
  rows: { request: RequestRow; attempts: AttemptRow[] }[]
}

const MINUTE = 60_000
/** No space to break it at. */
const LONG = 'x'.repeat(300)
const FAILURES = [
  { outcome: 'rate_limited', status: 429, error: 'Too many requests, please wait 12 s' },
  { outcome: 'overloaded', status: 529, error: 'Overloaded' },
  { outcome: 'credential', status: 403, error: 'The security token included is invalid' },
  { outcome: 'unreachable', status: null, error: `connect ECONNREFUSED 127.0.0.1:11434 ${LONG}` },
] as const
const MODELS = ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-4-5'] as const

const aModel = (number: number) => MODELS[number % MODELS.length] ?? MODELS[0]
const aFailure = (number: number) => FAILURES[number % FAILURES.length] ?? FAILURES[0]

function anAnswer(number: number): Scene['rows'][number] {
  const fellBack = number % 5 === 0
  const busted = number % 11 === 3
  const request = aRequest({
    id: `req_${String(number).padStart(6, '0')}`,
    created_at: NOW - (number + 1) * 4 * MINUTE,
    session_id: `0b6c${number % 7}e1a-session`,
    agent: number % 13 === 0 ? 'agent-1' : null,
    requested_model: aModel(number),
    stream: number % 3 > 0,
    attempt_count: fellBack ? 2 : 1,
    cost_usd: (number % 40) / 1000,
    first_event_ms: 300 + (number % 17) * 90,
    duration_ms: 2000 + (number % 23) * 700,
    throttles_absorbed: fellBack ? 1 : 0,
    wait_avoided_ms: fellBack ? 12_000 : 0,
    prefix_change: busted ? 'tools[3]' : 'none',
    cache_lost_why: busted ? 'prefix' : null,
    cache_lost_tokens: busted ? 18_000 : 0,
    cache_lost_usd: busted ? 0.06 : null,
  })
  const failed = anAttempt({ ...aFailure(number), first_event_ms: null, duration_ms: 120 })
  return { request, attempts: [...(fellBack ? [failed] : []), anAttempt({ started_ms: 130 })] }
}

function aDefeat(number: number): Scene['rows'][number] {
  const { outcome: _, ...failure } = aFailure(number)
  const request = aRequest({
    ...anAnswer(number).request,
    state: 'failed',
    status: 529,
    error: failure.error,
    first_event_ms: null,
    output_tokens: null,
    cost_usd: null,
    cache_lost_why: null,
  })
  return { request, attempts: [anAttempt({ ...aFailure(number), first_event_ms: null })] }
}

const numbers = (count: number) => Array.from({ length: count }, (_, number) => number)
const ready = [
  aTarget({ learned_rpm: { value: 4, confidence: 0.8 }, rpm: null, first_event_ms: 700 }),
  aTarget({ id: 'anthropic/claude-opus-5-5', provider: 'anthropic', model: aModel(0), rpm: null }),
  aTarget({ id: `local/${LONG}`, provider: 'local', model: LONG, region: null, in_flight: 2 }),
]
const broken = ready.map((target, index) => ({
  ...target,
  state: index === 0 ? ('cooling' as const) : ('misconfigured' as const),
  reason: aFailure(index).error,
  until: index === 0 ? NOW + 12_000 : null,
  unsupported: ['tools.strict', 'beta:context-1m'],
}))

/** Every page is looked at with each of these. */
export const SCENES: Record<'empty' | 'one' | 'many' | 'failed', Scene> = {
  empty: { targets: [], rows: [] },
  one: { targets: ready.slice(0, 1), rows: [anAnswer(1)] },
  many: { targets: ready, rows: numbers(250).map((n) => (n % 9 === 4 ? aDefeat(n) : anAnswer(n))) },
  failed: { targets: broken, rows: numbers(30).map(aDefeat) },
}
