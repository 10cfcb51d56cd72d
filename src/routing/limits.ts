import type { ErrorDetails } from '../errors.ts'
import type { Quota } from '../providers/rate-limits.ts'
import type { Block } from './block.ts'
import { createEstimate, type Estimate, SAFE_MINUTE } from './estimate.ts'
import { createQuotaSnapshot, type QuotaSnapshot } from './quota.ts'
import { coversKey, memoryKey, type Target } from './target.ts'
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
  /** It is over; `tokens` is what it really took, null where nobody said. */
  ended(tokens: number | null): void
}

const MINUTE = 60_000
/** When one of the requests in flight will end is not known; ask again soon. */
const BUSY_MS = 1000
/** A service that counts refuses at once; what takes longer has been let in. */
const PROVEN_AFTER_MS = 2000
/** So many at once unproven, and there is nothing to be careful about any more. */
const FULL_RAMP = 64
/** A refusal that asks for more than a minute is no limit per minute. */
const LONGEST_MINUTE = 65_000
/** Model ids may come from clients, so what is idle gets forgotten now and then. */
const MAX_COUNTERS = 500

interface Passing extends Entry {
  /** It was let in, or is over. */
  isProven: boolean
  /** Its place among all that were sent. */
  order: number
}

interface Counter {
  inFlight: number
  /** What went out and was not refused, over our minute: what may go out follows from that. */
  sent: Window<Passing>
  /** The same without what failed, over theirs: what is learned follows from that. */
  letIn: Window<Passing>
  rpm: Estimate
  tpm: Estimate
  /** What its headers said last. */
  quotas: { kind: Quota['kind']; snapshot: QuotaSnapshot }[]
  /**
   * After a refusal: how many may be out unproven. One at first, and twice as many for each that is
   * let in, so that those who wait do not all run into the next refusal together.
   */
  ramp: number
  /** How many were sent, and how many when one was refused last: what was sent before is no news. */
  order: number
  refusedAt: number
}

/** Sliding windows of one minute; variants of one `limit_group` share theirs. */
export function createLimits(now: () => number): Limits {
  const counters = new Map<string, Counter>()

  function counterOf(target: Target): Counter {
    const { group } = target.limits
    const key = memoryKey(target, groupKey(group) ?? target.id)
    if (counters.size > MAX_COUNTERS) forget()
    const counter = counters.get(key) ?? newCounter(now)
    counters.set(key, counter)
    return counter
  }

  function forget() {
    for (const [key, { inFlight, sent }] of counters) {
      if (inFlight === 0 && sent.count === 0) counters.delete(key)
    }
  }

  function unproven({ sent, ramp }: Counter): number {
    if (ramp > FULL_RAMP) return 0
    const since = now() - PROVEN_AFTER_MS
    return sent.entries.filter(({ at, isProven }) => !isProven && at > since).length
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
      if (unproven(counter) >= counter.ramp) {
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
      return lowOn(counter, tokens)
    },

    started(target, tokens) {
      const counter = counterOf(target)
      const entry = { at: now(), tokens, isProven: false, order: ++counter.order }
      counter.inFlight++
      counter.sent.add(entry)
      counter.letIn.add(entry)
      for (const { kind, snapshot } of counter.quotas) {
        snapshot.spend(kind === 'requests' ? 1 : tokens)
      }
      let hasEnded = false
      return {
        heard(quotas) {
          if (quotas.length === 0) return
          counter.quotas = quotas.map((quota) => ({
            kind: quota.kind,
            snapshot: createQuotaSnapshot(quota, now),
          }))
        },
        passed() {
          entry.isProven = true
          if (counter.ramp <= FULL_RAMP && entry.order > counter.refusedAt) counter.ramp *= 2
          counter.rpm.passed(counter.letIn.entries)
          counter.tpm.passed(counter.letIn.entries)
        },
        refused({ limited: what, retryAfterMs }) {
          counter.sent.remove(entry)
          counter.letIn.remove(entry)
          const isEvidence = entry.order > counter.refusedAt
          counter.ramp = 1
          counter.refusedAt = counter.order
          if (what === 'concurrency' || (retryAfterMs ?? 0) > LONGEST_MINUTE) return
          const estimate = what === 'tokens' ? counter.tpm : counter.rpm
          estimate.refused(counter.letIn.entries, retryAfterMs, isEvidence)
        },
        ended(took) {
          if (hasEnded) return
          hasEnded = true
          counter.inFlight--
          if (!entry.isProven && took === 0) counter.letIn.remove(entry)
          entry.isProven = true
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
      for (const [key, counter] of counters) {
        if (!coversKey(target, key) && key !== groupKey(group)) continue
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
    quotas: [],
    ramp: Number.POSITIVE_INFINITY,
    order: 0,
    refusedAt: 0,
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

/** What the service's own headers say of its room; the last of its budgets to have some counts. */
function lowOn({ quotas }: Counter, tokens: number): Block | null {
  const blocks = quotas.flatMap(({ kind, snapshot }) => {
    const isRequests = kind === 'requests'
    const until = snapshot.freeAt(isRequests ? 1 : tokens)
    const what = isRequests ? 'takes no more requests' : `has no room for ${tokens} tokens`
    return until === null ? [] : limited(`it says that it ${what} now`, until)
  })
  return blocks.toSorted((a, b) => b.until - a.until)[0] ?? null
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
