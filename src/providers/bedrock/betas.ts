import type { CountTokensBody } from '../../messages/request.ts'
import type { ClaudeModel } from '../claude/models.ts'
import { hasToolReference } from './blocks.ts'
import { hasStrictTools, hasToolExamples, hasToolSearch } from './tool-features.ts'

/** A flag goes up when the client asked for it by a header, or the body has what needs it. */
interface Beta {
  flag: string
  isKnownTo(model: ClaudeModel): boolean
  isNeededBy?(body: CountTokensBody): boolean
}

/**
 * The betas that Bedrock knows, in the order of Claude Code's own Bedrock mode. A flag that it does
 * not know fails the whole request ("invalid beta flag"), so nothing else is ever sent.
 *
 * Sources: the anthropic_beta table of the Amazon Bedrock user guide, the availability tables of the
 * Claude docs, the flags tried one by one in router-for-me/CLIProxyAPI#4750, and what Claude Code
 * 2.1.330 sends in its Bedrock mode.
 */
const BETAS: readonly Beta[] = [
  {
    flag: 'context-1m-2025-08-07',
    // Newer ones have the window without a flag, other older ones have none.
    isKnownTo: ({ family, version }) =>
      (family === 'sonnet' && version >= 4 && version <= 4.6) ||
      (family === 'opus' && version === 4.6),
  },
  {
    flag: 'interleaved-thinking-2025-05-14',
    isKnownTo: ({ family, version }) => version >= 4 && !(family === 'haiku' && version === 4.5),
  },
  {
    flag: 'tool-search-tool-2025-10-19',
    isKnownTo: hasToolSearch,
    isNeededBy: ({ tools = [], messages }) =>
      tools.some(({ type, defer_loading }) => defer_loading !== undefined || isSearch(type)) ||
      messages.some(({ content }) => typeof content !== 'string' && content.some(hasToolReference)),
  },
  {
    flag: 'thinking-token-count-2026-05-13',
    isKnownTo: ({ version }) => version >= 4.7,
  },
  {
    flag: 'tool-examples-2025-10-29',
    isKnownTo: hasToolExamples,
    isNeededBy: ({ tools = [] }) => tools.some((tool) => 'input_examples' in tool),
  },
  {
    flag: 'structured-outputs-2025-12-15',
    isKnownTo: hasStrictTools,
    isNeededBy: ({ tools = [] }) => tools.some((tool) => 'strict' in tool),
  },
  {
    flag: 'effort-2025-11-24',
    // For newer ones the field is general.
    isKnownTo: ({ family, version }) => family === 'opus' && version === 4.5,
    isNeededBy: ({ output_config }) => output_config?.effort != null,
  },
  {
    flag: 'context-management-2025-06-27',
    isKnownTo: ({ version }) => version >= 4.5,
    isNeededBy: ({ tools = [] }) => tools.some(({ type }) => type?.startsWith('memory_')),
  },
  { flag: 'fine-grained-tool-streaming-2025-05-14', isKnownTo: ({ version }) => version >= 4 },
  {
    flag: 'token-efficient-tools-2025-02-19',
    isKnownTo: ({ version }) => version >= 3.7 && version <= 4.1,
  },
  { flag: 'computer-use-2025-01-24', isKnownTo: ({ version }) => version >= 3.7 },
  { flag: 'computer-use-2025-11-24', isKnownTo: ({ version }) => version >= 4.5 },
]

/** The flags for a body that has been adapted to the model, of those the client asked for. */
export function bedrockBetas(
  asked: readonly string[],
  body: CountTokensBody,
  model: ClaudeModel,
): string[] {
  const wanted = BETAS.filter(({ flag, isKnownTo, isNeededBy }) => {
    if (!isKnownTo(model)) return false
    return isNeededBy ? isNeededBy(body) : asked.includes(flag)
  })
  return wanted.map(({ flag }) => flag)
}

function isSearch(type: string | null | undefined): boolean {
  return type?.startsWith('tool_search_tool_') ?? false
}
