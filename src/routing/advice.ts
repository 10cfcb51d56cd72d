import type { Outcome } from '../errors.ts'
import type { Target } from './target.ts'

/** What a person can do about a failure there, as a sentence. */
export function adviceFor(outcome: Outcome, { provider, model }: Target): string {
  const section = `providers.${provider}`
  const advice: Record<Outcome, string> = {
    rate_limited: 'Wait, or let the route go on to another target: it takes no more for now.',
    overloaded: 'Wait: the service is overloaded, and nothing is wrong on this side.',
    server_error: 'Test again in a while; if it stays so, look at the status page of the service.',
    reset: `Test again; if it stays so, see whether something on the way to ${provider} cuts connections.`,
    unreachable: `See whether ${section} has the right address, and whether this machine reaches it.`,
    silent: 'Test again; if it stays so, pause it, so that no request has to find out.',
    bad_answer: `Test again; if it stays so, see whether ${section} has the right address and type.`,
    credential: `Put a valid credential under ${section} or into its variable, and start the proxy again.`,
    billing: `Look at the billing page of ${provider}: the account has no credit left.`,
    unavailable: `See whether ${model} is spelled as ${provider} has it, and whether the account has access.`,
    unsupported: `Name what it does not know under ${section}.strip.`,
    too_long: 'See whether the right model stands behind this name: its window is tiny.',
    unfit: 'See whether the model is one for conversations.',
    rejected: `See whether the settings under ${section} fit this model: a plain request was refused.`,
    aborted: 'Test again.',
  }
  return advice[outcome]
}
