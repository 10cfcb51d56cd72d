import { Refusal } from './refusal.ts'

/** What differs between the places that speak Messages, as far as the checks need to know. */
export interface Dialect {
  service: 'anthropic' | 'bedrock'
  version: string
  /** Betas that this request turned on. */
  betas: readonly string[]
}

/** Has the request a beta of this family (its name without the date)? */
export function hasBeta(dialect: Dialect, ...families: string[]): boolean {
  return dialect.betas.some((beta) => families.some((family) => beta.startsWith(`${family}-20`)))
}

export function refuse(message: string): never {
  throw new Refusal(400, message)
}

/** Refuses where there is a fault. */
export function demand(fault: string | null): void {
  if (fault !== null) refuse(fault)
}

export function refuseExtra(path: string): never {
  refuse(`${path}: Extra inputs are not permitted`)
}
