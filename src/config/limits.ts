import type { Target, TargetLimits } from '../routing/target.ts'
import type { Path, Report } from './problem.ts'

/** A target where a route names it. */
export interface Mention {
  target: Target
  path: Path
}

const KEYS = {
  rpm: 'rpm',
  tpm: 'tpm',
  maxConcurrent: 'max_concurrent',
  group: 'limit_group',
} as const satisfies Record<keyof TargetLimits, string>

/**
 * A limit belongs to the account and not to the route: said in one place it holds wherever the
 * target is named, said differently in two it is a problem.
 */
export function shareLimits(mentions: Mention[], report: Report): Map<string, TargetLimits> {
  const agreed = new Map<string, TargetLimits>()
  for (const { target, path } of mentions) {
    const before = agreed.get(target.id) ?? target.limits
    agreed.set(target.id, {
      rpm: before.rpm ?? target.limits.rpm,
      tpm: before.tpm ?? target.limits.tpm,
      maxConcurrent: before.maxConcurrent ?? target.limits.maxConcurrent,
      group: before.group ?? target.limits.group,
    })
    for (const field of Object.keys(KEYS) as (keyof typeof KEYS)[]) {
      const [first, here] = [before[field], target.limits[field]]
      if (first === null || here === null || first === here) continue
      const message = `${target.id} has ${KEYS[field]} ${first} further up`
      report([...path, KEYS[field]], message, 'write the same here, or leave it out')
    }
  }
  return agreed
}
