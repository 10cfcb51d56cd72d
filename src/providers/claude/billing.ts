import type { CountTokensBody } from '../../messages/request.ts'

/**
 * Claude Code's `x-anthropic-billing-header` line can change with every request and then spoils
 * the prompt cache of anyone who does not know it (anthropics/claude-code#68900).
 */
export function hasBillingLine({ system }: Pick<CountTokensBody, 'system'>): boolean {
  if (system === undefined || typeof system === 'string') return false
  return system[0]?.text?.startsWith('x-anthropic-billing-header') ?? false
}
