import { describe, expect, test } from 'bun:test'
import { type Outcome, ProxyError } from '../../src/errors.ts'
import type { Block } from '../../src/routing/block.ts'
import { finalError } from '../../src/routing/refusal.ts'
import { aFailure } from './failure.ts'
import { aTarget } from './target.ts'

const NOW = Date.UTC(2026, 10, 22)

/** What is known of a target when nobody is left to ask. */
interface Known {
  failure?: Outcome | ProxyError
  blockedAs?: Block['kind']
  forMs?: number
  unusable?: string
}

function finalOf(...known: Known[]): ProxyError {
  const targets = known.map((_, i) => aTarget({ model: `model-${i}` }))
  const of = <T>(pick: (known: Known) => T) =>
    new Map(targets.map((target, i) => [target, pick(known[i] ?? {})]))
  const failures = new Map<(typeof targets)[number], ProxyError>()
  for (const [target, { failure }] of of((some) => some)) {
    if (failure) failures.set(target, failure instanceof ProxyError ? failure : aFailure(failure))
  }
  const blocks = of(({ blockedAs: kind, forMs = 0 }) =>
    kind ? { kind, reason: `out: ${kind}`, until: NOW + forMs } : null,
  )
  const unusable = of(({ unusable }) =>
    unusable ? new ProxyError('authentication_error', unusable, { outcome: 'credential' }) : null,
  )
  return finalError({
    targets,
    failures,
    blockOf: (target) => blocks.get(target) ?? null,
    unusable: (target) => unusable.get(target) ?? null,
    now: NOW,
  })
}

const limitedFor = (forMs: number): Known => ({
  failure: 'rate_limited',
  blockedAs: 'rate_limit',
  forMs,
})
const retryAfter = (error: ProxyError) => error.details.headers?.['retry-after']

describe('retry-after is', () => {
  test('when the first target is free again, in whole seconds', () => {
    expect(retryAfter(finalOf(limitedFor(30_000), limitedFor(7001), limitedFor(9000)))).toBe('8')
  })

  test('never more than a minute, since a client that is told more gives up', () => {
    const error = finalOf(limitedFor(200_000), limitedFor(300_000))
    expect(retryAfter(error)).toBe('60')
    expect(error.message).toContain('the earliest is free in 200 s')
  })

  test('never nothing', () => {
    expect(retryAfter(finalOf(limitedFor(1)))).toBe('1')
    expect(retryAfter(finalOf(limitedFor(0)))).toBe('1')
  })

  test('a second where a refusal left no rest behind', () => {
    expect(retryAfter(finalOf({ failure: 'rate_limited' }))).toBe('1')
  })

  test('when a target that failed may be asked again, where that is sooner', () => {
    const resting: Known = { failure: 'overloaded', blockedAs: 'failure', forMs: 2000 }
    expect(retryAfter(finalOf(limitedFor(50_000), resting))).toBe('2')
  })

  test('a second where one that failed may be asked at once', () => {
    expect(retryAfter(finalOf(limitedFor(50_000), { failure: 'bad_answer' }))).toBe('1')
  })

  test('not given where nobody spoke of a rate', () => {
    expect(retryAfter(finalOf({ failure: 'overloaded', blockedAs: 'failure', forMs: 2000 }))).toBe(
      undefined,
    )
  })
})

describe('the client hears', () => {
  test('of the rate limit first, since waiting helps', () => {
    const error = finalOf(limitedFor(5000), { failure: 'server_error' }, { failure: 'credential' })
    expect(error.status).toBe(429)
    expect(error.code).toBe('rate_limit_error')
  })

  test('of a limit of ours that kept it from asking, too', () => {
    const error = finalOf({ failure: 'server_error' }, { blockedAs: 'rate_limit', forMs: 5000 })
    expect(error.status).toBe(429)
    expect(error.message).toStartWith('out: rate_limit')
  })

  test('of no limit where the target was asked and failed otherwise', () => {
    const error = finalOf({ failure: 'server_error', blockedAs: 'rate_limit', forMs: 5000 })
    expect(error.details.outcome).toBe('server_error')
  })

  test('then of what passes by itself, the last of it', () => {
    const last = aFailure('overloaded')
    expect(finalOf({ failure: 'server_error' }, { failure: last }, { failure: 'billing' })).toBe(
      last,
    )
  })

  test.each(['credential', 'billing', 'unavailable'] as const)(
    'then of what a person has to mend: %s',
    (outcome) => {
      expect(finalOf({ failure: outcome }, { unusable: 'no key' }).details.outcome).toBe(outcome)
    },
  )

  test('then why no target can be used', () => {
    const error = finalOf({ unusable: 'set GROQ_API_KEY' })
    expect(error.code).toBe('authentication_error')
    expect(error.message).toBe('set GROQ_API_KEY')
  })

  test('why the target is out where nobody was asked', () => {
    const error = finalOf({ blockedAs: 'misconfigured', forMs: 100_000 })
    expect(error.code).toBe('overloaded_error')
    expect(error.message).toBe('out: misconfigured')
  })

  test('that there is no target, where there is none', () => {
    expect(finalOf().message).toBe('No target is usable')
  })
})

describe('the words are', () => {
  test('those of the service, and what is out', () => {
    const said = aFailure('rate_limited')
    const { message } = finalOf({ ...limitedFor(5000), failure: said }, limitedFor(9000))
    expect(message).toBe('it was rate_limited (all 2 targets are out; the earliest is free in 5 s)')
  })

  test('the name of the target where there is only one', () => {
    expect(finalOf(limitedFor(5000)).message).toContain('(bedrock/model-0@us-west-2 is out;')
  })
})

describe('where targets are paused', () => {
  const paused: Known = { blockedAs: 'paused', forMs: Infinity }

  test('and nobody else could be asked, the client hears which, and how to resume them', () => {
    const error = finalOf(paused, { unusable: 'there is no key' }, paused)
    expect(error.code).toBe('overloaded_error')
    expect(error.message).toBe(
      'Nobody is left to ask: bedrock/model-0@us-west-2, bedrock/model-2@us-west-2 are paused. ' +
        'Resume on the Providers page of the dashboard, or with POST /api/providers/<id>/resume',
    )
    expect(error.details.headers).toEqual({ 'x-should-retry': 'false' })
  })

  test('what another one said comes first', () => {
    expect(finalOf(paused, { failure: 'credential' }).message).toBe('it was credential')
    expect(retryAfter(finalOf(paused, limitedFor(7000)))).toBe('7')
  })

  test('one that was paused after it said 429 gives no time', () => {
    const error = finalOf({ ...paused, failure: 'rate_limited' })
    expect(error.message).toBe('it was rate_limited')
  })
})
