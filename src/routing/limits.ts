import type { ErrorDetails } from '../errors.ts'
import type { Quota } from '../providers/rate-limits.ts'
import { createRecent, MOST_TARGETS } from '../recent.ts'
import type { Block } from './block.ts'
import { createEstimate, type Estimate, SAFE_MINUTE } from './estimate.ts'
import { createQuotas, type Quotas } from './quota.ts'
import { createRamp, type Ramp } from './ramp.ts'
import { coversKey, memoryKey, type Target, withoutAccount } from './target.ts'
import { createWindow, type Entry, type Window } from './window.ts'

/** What a target has to do now, and what it takes. */
export interface Load {
  inFlight: number
  requestsLastMinute: number
  tokensLastMinute: number
  rpm: Pick<Estimate, 'perMinute' | 'confidence'>
  tpm: Pick<Estimate, 'perMinute' | 'confidence'>
}

/** Skips a target before it says 429: by the limits of the config, else by those it turned out to have. */
export interface Limits {
  /** `tokens` is what the request is estimated to take. */
  blocked(target: Target, tokens: number): Block | null
  started(target: Target, tokens: number): Passage
  /** Requests that still fit into this minute; Infinity where no limit is known. */
  room(target: Target): number
  load(target: Target): Load
  /** Forgets what was learned and counted, but for what is in flight. */
  clear(target: Target): void
}

/** One request on its way through a target. */
export interface Passage {
  heard(quotas: readonly Quota[]): void
  /** It was let in. */
  passed(): void
  /** It was refused for its rate. */
  refused(details: ErrorDetails): void
  /** It came to nothing, and nothing is to be learned from that. */
  withdrawn(): void
  /** It is over; `tokens` is what it really took, null where nobody said. */
  ended(tokens: number | null): void
}

const MINUTE = 60_000
/** When one of the requests in flight will end is not known; ask again soon. */
const BUSY_MS = 1000
/** A refusal that asks for more than a minute is no limit per minute. */
const LONGEST_MINUTE = 65_000

interface Counter {
  inFlight: number
  /** What went out and was not refused, over our minute: what may go out follows from that. */
  sent: Window
  /** The same without what failed, over theirs: what is learned follows from that. */
  letIn: Window
  rpm: Estimate
  tpm: Estimate
  quotas: Quotas
  ramp: Ramp
}

/** Sliding windows of one minute; variants of one `limit_group` share theirs. */
export function createLimits(now: () => number): Limits {
  const counters = createRecent<Counter>(MOST_TARGETS, {
    isNeeded: ({ inFlight }) => inFlight > 0,
  })

  function counterOf(target: Target): Counter {
    const { group } = target.limits
    const key = memoryKey(target, groupKey(group) ?? target.id)
    const known = counters.get(key)
    if (known) return known
    const counter = newCounter(now)
    counters.set(key, counter)
    return counter
  }

  return {
    blocked(target, tokens) {
      const { rpm, tpm, maxConcurrent } = target.limits
      const counter = counterOf(target)
      const { inFlight, sent } = counter
      if (maxConcurrent !== null && inFlight >= maxConcurrent) {
        return limited(
          `${inFlight} of ${maxConcurrent} in flight (max_concurrent)`,
          now() + BUSY_MS,
        )
      }
      if (counter.ramp.isFull) {
        const reason = 'a request is trying whether it takes more now'
        return { ...limited(reason, now() + BUSY_MS), isBeingTried: true }
      }
      const nextRequest =
        rpm === null
          ? counter.rpm.freeAt(sent.entries, 1)
          : roomAt(sent.entries, sent.count, rpm, 1, ONE)
      if (nextRequest !== null) {
        return limited(full('requests', rpm, counter.rpm.perMinute), nextRequest)
      }
      const nextTokens =
        tpm === null
          ? counter.tpm.freeAt(sent.entries, tokens)
          : roomAt(sent.entries, sent.tokens, tpm, tokens, TOKENS)
      if (nextTokens !== null) {
        return limited(full('tokens', tpm, counter.tpm.perMinute), nextTokens)
      }
      const quota = counter.quotas.fullest(tokens)
      return quota && limited(`it says that it ${REFUSES[quota.kind]} now`, quota.freeAt)
    },

    started(target, tokens) {
      const counter = counterOf(target)
      const entry = { at: now(), tokens }
      const climb = counter.ramp.started()
      counter.inFlight++
      counter.sent.add(entry)
      counter.letIn.add(entry)
      counter.quotas.spend(tokens)
      let wasLetIn = false
      let hasEnded = false
      return {
        heard: (quotas) => counter.quotas.heard(quotas),
        passed() {
          wasLetIn = true
          climb.letIn()
          counter.rpm.passed(counter.letIn.entries)
          counter.tpm.passed(counter.letIn.entries)
        },
        refused({ limited: what, retryAfterMs }) {
          counter.sent.remove(entry)
          counter.letIn.remove(entry)
          const isNews = climb.refused()
          if (what === 'concurrency' || (retryAfterMs ?? 0) > LONGEST_MINUTE) return
          const estimate = what === 'tokens' ? counter.tpm : counter.rpm
          estimate.refused(counter.letIn.entries, retryAfterMs, isNews)
        },
        withdrawn: () => counter.sent.remove(entry),
        ended(took) {
          if (hasEnded) return
          hasEnded = true
          counter.inFlight--
          climb.ended()
          if (!wasLetIn && took === 0) counter.letIn.remove(entry)
          if (took === null) return
          counter.sent.correct(entry, took - entry.tokens)
          counter.letIn.correct(entry, took - entry.tokens)
          entry.tokens = took
        },
      }
    },

    room(target) {
      const counter = counterOf(target)
      const most = target.limits.rpm ?? counter.rpm.perMinute
      return most === null ? Number.POSITIVE_INFINITY : most - counter.sent.count
    },

    load(target) {
      const counter = counterOf(target)
      return {
        inFlight: counter.inFlight,
        requestsLastMinute: counter.letIn.count,
        tokensLastMinute: counter.letIn.tokens,
        rpm: counter.rpm,
        tpm: counter.tpm,
      }
    },

    clear(target) {
      const { group } = target.limits
      for (const [key, counter] of counters.entries()) {
        if (!coversKey(target, key) && withoutAccount(target, key) !== groupKey(group)) continue
        Object.assign(counter, { ...newCounter(now), inFlight: counter.inFlight })
      }
    },
  }
}

function groupKey(group: string | null): string | null {
  return group === null ? null : `group ${group}`
}

function newCounter(now: () => number): Counter {
  return {
    inFlight: 0,
    sent: createWindow(SAFE_MINUTE, now),
    letIn: createWindow(MINUTE, now),
    rpm: createEstimate(ONE, now),
    tpm: createEstimate(TOKENS, now),
    quotas: createQuotas(now),
    ramp: createRamp(now),
  }
}

function limited(reason: string, until: number): Block {
  return { kind: 'rate_limit', reason, until }
}

function full(what: string, configured: number | null, learned: number | null): string {
  if (configured === null)
    return `takes about ${Math.round(learned ?? 0)} ${what} a minute (learned)`
  return `had its ${configured} ${what} of this minute`
}

const REFUSES = {
  requests: 'takes no more requests',
  tokens: 'has no room for so many tokens',
}

const ONE = () => 1
const TOKENS = ({ tokens }: Entry) => tokens

/** When `needed` more fits behind what is `used`, in Unix ms; null if that is now. */
function roomAt(
  entries: readonly Entry[],
  used: number,
  most: number,
  needed: number,
  sizeOf: (entry: Entry) => number,
): number | null {
  // What is larger than the whole limit gets the minute to itself.
  if (used === 0 || used + needed <= most) return null
  let left = used
  for (const entry of entries) {
    left -= sizeOf(entry)
    if (left <= 0 || left + needed <= most) return entry.at + SAFE_MINUTE
  }
  return null
}
