import type { CarryOn } from './carry-on.ts'
import { tokensIn } from './estimate.ts'
import type { ServedStream } from './reading.ts'
import { createSaid } from './said.ts'
import { createSplice } from './splice.ts'
import { sseEvent } from './sse.ts'
import type { Usage } from './usage.ts'
import { eventsIn } from './whole-events.ts'

/** One answer as the client hears it, however many have to tell it. */
export interface Story {
  /** What the client gets of some whole events; those of the first teller pass as they are. */
  tell(whole: Uint8Array): Uint8Array
  /** Puts into `usage` what a stream that broke off had no time to say. */
  brokeOff(usage: Usage): void
  /** Who tells the rest; null where nobody can. Never rejects. */
  goOn(): Promise<ServedStream | null>
}

export function createStory(carryOn: CarryOn): Story {
  const said = createSaid()
  let splice: ReturnType<typeof createSplice> | null = null
  let toldByOthers = 0

  return {
    tell(whole) {
      const told: Uint8Array[] = []
      for (const event of eventsIn(whole)) {
        for (const { type, data } of splice ? splice(event) : [event]) {
          said.hear({ type, data })
          if (splice) told.push(sseEvent(type, data))
        }
      }
      return splice ? Buffer.concat(told) : whole
    },

    brokeOff(usage) {
      const told = tokensIn(said.length - toldByOthers)
      if (told > (usage.output_tokens ?? 0)) {
        usage.output_tokens = told
        usage.estimated = true
      }
      toldByOthers = said.length
    },

    async goOn() {
      const successor = await carryOn(said)
      if (!successor) return null
      splice = createSplice(said, successor.splice)
      return successor.served
    },
  }
}
