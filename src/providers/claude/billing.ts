import type { CountTokensBody } from '../../messages/request.ts'

const BILLING = 'x-anthropic-billing-header'

/**
 * Claude Code's `x-anthropic-billing-header` line can change with every request and then spoils
 * the prompt cache of anyone who does not know it (anthropics/claude-code#68900). The body without
 * it, where the system prompt begins with it; else the same object.
 */
export function withoutBillingLine<Body extends CountTokensBody>(body: Body): Body {
  const { system } = body
  const first = typeof system === 'string' ? system : system?.[0]?.text
  if (!first?.startsWith(BILLING)) return body
  const rest = typeof system === 'string' ? system.replace(/^.*\n*/, '') : (system?.slice(1) ?? [])
  if (rest.length > 0) return { ...body, system: rest }
  const { system: _, ...without } = body
  return without as unknown as Body
}
