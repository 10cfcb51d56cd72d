import { betasIn } from './headers.ts'

/** Fields that the Claude API takes only with a flag (Claude docs, beta headers). */
const UNLOCKED_BY: readonly (readonly [strip: string, beta: RegExp])[] = [
  ['context_management', /^(context-management|compact)-/],
  ['compaction', /^compact-/],
  ['fallbacks', /^server-side-fallback-/],
  ['fallback_credit_token', /^fallback-credit-/],
  ['thread', /^message-threads-/],
  ['mcp_servers', /^mcp-client-/],
  ['output_format', /^structured-outputs-/],
  ['messages.output_config', /^(per-turn-control|mid-conversation-output-config)-/],
  ['tools.defer_loading', /^(advanced-tool-use|tool-search-tool)-/],
  ['tools.input_examples', /^(advanced-tool-use|tool-examples)-/],
  ['cache_control.scope', /^prompt-caching-scope-/],
]

/**
 * Whether the client left out the flag that unlocks this field. Anthropic then refuses it as "Extra
 * inputs", which says nothing about requests that bring the flag.
 */
export function lacksItsFlag(strip: string, client: Headers): boolean {
  const beta = UNLOCKED_BY.find(([field]) => field === strip)?.[1]
  return beta !== undefined && !betasIn(client).some((flag) => beta.test(flag))
}
