import type { Reader } from '../history/reader.ts'
import type { Controls } from '../routing/controls.ts'

export interface ApiDeps extends Controls {
  reader: Reader
  /** Unix ms. */
  now: () => number
}
