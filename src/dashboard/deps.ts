import type { Reader } from '../history/reader.ts'
import type { Controls } from '../routing/controls.ts'

export interface DashboardDeps extends Controls {
  reader: Reader
  /** Another text once something was recorded: until then the history has the same answers. */
  revision: () => string
  /** Unix ms. */
  now: () => number
}
