import type { Reader } from '../history/reader.ts'
import type { TargetState } from '../routing/states.ts'

export interface ApiDeps {
  reader: Reader
  targets: () => TargetState[]
  /**
   * Forgets why a target, or every target of a provider, is not ready. Gives the ids of those that
   * are called so, whatever their state was; none where there is no such target.
   */
  clear(id: string): string[]
  /** Unix ms. */
  now: () => number
}
