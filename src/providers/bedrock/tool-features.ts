import type { ClaudeModel } from '../claude/models.ts'

/** `defer_loading`, the tools that search, and what they find. */
export function hasToolSearch({ version }: ClaudeModel): boolean {
  return version >= 4.5
}

/** `input_examples`: "Amazon Bedrock: Claude Opus 4.5 only" (Claude docs, advanced tool use). */
export function hasToolExamples({ family, version }: ClaudeModel): boolean {
  return family === 'opus' && version === 4.5
}

/** `strict`, which came with structured outputs. */
export function hasStrictTools({ version }: ClaudeModel): boolean {
  return version >= 4.5
}
