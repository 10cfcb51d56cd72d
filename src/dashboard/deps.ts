import type { Reader } from '../history/reader.ts'
import type { Controls } from '../routing/controls.ts'

export interface DashboardDeps extends Controls {
  reader: Reader
  /** Another text once something was recorded: until then the history has the same answers. */
  revision: () => string
  /** What keeps the history from being written, as a sentence; null while all is well. */
  problem: () => string | null
  /** Unix ms. */
  now: () => number
}
