import type { Quota } from '../providers/rate-limits.ts'
import { LONGEST_BLOCK_MS } from './block.ts'

/** What a service's headers said last of one of its quotas, and what went out since. */
export interface QuotaSnapshot {
  /** When there is room for `needed` more, in Unix ms; null if that is now, or not known. */
  freeAt(needed: number): number | null
  /** Counts what goes out: the headers of an answer know nothing of what came after them. */
  spend(amount: number): void
}

/**
 * A quota that fills up evenly, as those of the large services do: their `reset` is when it is full
 * again, whatever time it is counted over, and that is much later than when one more fits in.
 */
export function createQuotaSnapshot(
  { limit, remaining, resetMs }: Quota,
  now: () => number,
): QuotaSnapshot {
  const heardAt = now()
  const fullAt = heardAt + Math.min(resetMs ?? 0, LONGEST_BLOCK_MS)
  const perMs = limit !== null && resetMs ? (limit - remaining) / resetMs : 0
  let spent = 0

  return {
    freeAt(needed) {
      // What never fits is the service's to refuse.
      if (now() >= fullAt || (limit !== null && needed > limit)) return null
      const free = remaining - spent + (now() - heardAt) * perMs
      if (free >= needed) return null
      return perMs === 0 ? fullAt : Math.min(fullAt, now() + (needed - free) / perMs)
    },
    spend(amount) {
      spent += amount
    },
  }
}

/** All quotas that the headers of a service tell of. */
export interface Quotas {
  heard(quotas: readonly Quota[]): void
  spend(tokens: number): void
  /** Which of them is the last to have room, and when, in Unix ms; null where all have it now. */
  fullest(tokens: number): { kind: Quota['kind']; freeAt: number } | null
}

export function createQuotas(now: () => number): Quotas {
  let snapshots: { kind: Quota['kind']; snapshot: QuotaSnapshot }[] = []
  const amountOf = (kind: Quota['kind'], tokens: number) => (kind === 'requests' ? 1 : tokens)

  return {
    heard(quotas) {
      if (quotas.length === 0) return
      snapshots = quotas.map((quota) => ({
        kind: quota.kind,
        snapshot: createQuotaSnapshot(quota, now),
      }))
    },
    spend(tokens) {
      for (const { kind, snapshot } of snapshots) snapshot.spend(amountOf(kind, tokens))
    },
    fullest(tokens) {
      const full = snapshots.flatMap(({ kind, snapshot }) => {
        const freeAt = snapshot.freeAt(amountOf(kind, tokens))
        return freeAt === null ? [] : { kind, freeAt }
      })
      return full.toSorted((a, b) => b.freeAt - a.freeAt)[0] ?? null
    },
  }
}
