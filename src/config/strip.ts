import { isStrippable } from '../providers/claude/strip.ts'
import type { Path, Report } from './problem.ts'

/** The list under `strip`, without what no request can do without; that was reported. */
export function readStrip(
  strips: readonly string[] | undefined,
  path: Path,
  report: Report,
): string[] {
  const list = strips ?? []
  for (const [index, strip] of list.entries()) {
    if (isStrippable(strip)) continue
    const remedy = 'remove it; a whole tool is left out with tool:TYPE'
    report([...path, 'strip', index], `no request is left without ${strip}`, remedy)
  }
  return list.filter(isStrippable)
}
