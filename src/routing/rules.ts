import type { Outcome } from '../errors.ts'

/**
 * What follows from each outcome of an attempt. This table is the routing: everything else only
 * carries it out.
 */
export interface Rule {
  /** The request is at fault: the client hears it at once, and nobody else is asked. */
  isFinal?: true
  /** Only a target with a larger window, or a larger limit for bodies, may be asked now. */
  widens?: true
  /** A second try at the same target first: on a fresh connection at once, or after a pause. */
  again?: 'at_once' | 'after_pause'
  /** How long the target is left alone. */
  cools?: 'rate_limit' | 'failure' | 'repeated_failure'
  /** The target, or all of its provider, is out until something about it changes. */
  marks?: 'unavailable' | 'misconfigured'
}

export const RULES: Record<Outcome, Rule> = {
  rate_limited: { cools: 'rate_limit' },
  overloaded: { cools: 'failure' },
  silent: { cools: 'failure' },
  // A pooled socket that died under us says nothing about the target.
  reset: { again: 'at_once', cools: 'repeated_failure' },
  // The same target again keeps the prompt cache.
  server_error: { again: 'after_pause', cools: 'repeated_failure' },
  unreachable: { cools: 'failure' },
  bad_answer: { cools: 'repeated_failure' },
  credential: { marks: 'misconfigured' },
  billing: { marks: 'misconfigured' },
  unavailable: { marks: 'unavailable' },
  // Only once leaving it out has not helped.
  unsupported: { isFinal: true },
  too_long: { widens: true },
  // Nothing is wrong with the target: it was not even asked.
  unfit: {},
  rejected: { isFinal: true },
  aborted: { isFinal: true },
}
