import type { RouteTarget } from '../config/config.ts'
import type { Answer } from './answer.ts'
import type { Entry } from './record.ts'
import type { Setting } from './setting.ts'

/** Everything that can be seen of one request of a scene, from both ends. */
export interface Observation {
  setting: Setting
  status: number
  headers: Headers
  answer: Answer
  durationMs: number
  /** Its row; null where the history has none. */
  entry: Entry | null
  /** How many rows the history has, and how many requests there were so far. */
  entries: number
  requests: number
  /** How often the target with the fault was asked. */
  faulty: number
  /** How often the others were asked, all together, and the one that was asked most. */
  others: number
  mostAsked: number
  /** Who answered with a 200; where two did, the one further down the chain. */
  answerer: { target: RouteTarget; isFaulty: boolean } | null
}
