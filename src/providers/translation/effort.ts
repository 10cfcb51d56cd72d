import type { CountTokensBody } from '../../messages/request.ts'

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
export type Effort = (typeof EFFORTS)[number]

/** How hard a model is to think for this request; null where nothing says so. */
export function wantedEffort({ thinking, output_config }: CountTokensBody): Effort | null {
  if (thinking?.type === 'disabled') return 'none'
  const named = EFFORTS.find((effort) => effort === output_config?.effort)
  if (named) return named
  const budget = thinking?.budget_tokens
  if (budget === undefined) return null
  if (budget < 2048) return 'low'
  return budget < 8192 ? 'medium' : 'high'
}

/** The nearest level a model knows: at or below the wish, else the lowest that still thinks. */
export function clampEffort(wanted: Effort | null, known: readonly Effort[]): Effort | null {
  if (wanted === null) return null
  const levels = EFFORTS.filter((effort) => known.includes(effort))
  if (wanted === 'none')
    return levels.find((effort) => effort === 'none' || effort === 'minimal') ?? null
  const thinking = levels.filter((effort) => effort !== 'none')
  const below = thinking.filter((effort) => EFFORTS.indexOf(effort) <= EFFORTS.indexOf(wanted))
  return below.at(-1) ?? thinking[0] ?? null
}
