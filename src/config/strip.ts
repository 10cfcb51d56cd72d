import Type from 'typebox'
import { isStrippable, STRIP_PATTERN } from '../providers/claude/strip.ts'
import { pattern } from './fields.ts'
import type { Path, Report } from './problem.ts'

export const Strip = Type.Array(
  pattern(
    STRIP_PATTERN,
    'a field, beta:FLAG or tool:TYPE',
    'tools.defer_loading',
    'context_management, tools.defer_loading, beta:effort-2025-11-24, tool:web_search_20250305.',
  ),
  {
    title: 'a list',
    examples: [['context_management']],
    description: 'What is left out of every request, because it is not known there.',
  },
)

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
