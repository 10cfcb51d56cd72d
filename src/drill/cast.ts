import type { SimulatedCall, Step } from '../simulator/simulator.ts'
import type { Fault } from './faults.ts'
import type { Setting } from './setting.ts'
import { speak } from './speech.ts'
import type { Actor, Stage } from './stage.ts'

/** Who plays which part: the first target to be asked has the fault, whatever the strategy. */
export interface Cast {
  readonly faulty: Actor | null
  /** What an actor does about a call. */
  direct(call: SimulatedCall, actor: Actor, stage: Stage): Step
}

/** With `held`, whoever is well begins an answer, and goes no further. */
export function createCast(fault: Fault, setting: Setting, { held = false } = {}): Cast {
  const timesAsked = new Map<Actor, number>()
  const cast = {
    faulty: null as Actor | null,
    direct(call: SimulatedCall, actor: Actor, stage: Stage): Step {
      const nth = (timesAsked.get(actor) ?? 0) + 1
      timesAsked.set(actor, nth)
      cast.faulty ??= actor
      const symptom = actor === cast.faulty ? fault.faulty : fault.others
      const step = symptom?.({
        call,
        setting,
        nth,
        place: [...timesAsked.keys()].indexOf(actor),
        elapsedMs: stage.elapsedMs(),
        url: actor.simulator.url,
        forward: stage.forward,
      })
      return step ?? { ...speak(call), ...(held && { contentAfter: NEVER }) }
    },
  }
  return cast
}

const NEVER = new Promise<never>(() => {})
