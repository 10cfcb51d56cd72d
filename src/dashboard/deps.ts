import type { Reader } from '../history/reader.ts'
import type { TargetState } from '../routing/states.ts'

export interface DashboardDeps {
  reader: Reader
  /** Another text once something was recorded: until then the history has the same answers. */
  revision: () => string
  targets: () => TargetState[]
  /** Forgets why this target is not ready; gives no id where there is no such target. */
  clear(id: string): string[]
  /** Unix ms. */
  now: () => number
}
