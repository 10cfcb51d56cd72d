import type { Config } from '../config/config.ts'
import { ask } from './caller.ts'
import { createCast } from './cast.ts'
import type { Fault } from './faults.ts'
import { countEntries, countInFlight } from './record.ts'
import type { Scene } from './scene.ts'
import type { Setting } from './setting.ts'
import { openStage, type Stage } from './stage.ts'

/** A caller who has seen no content leaves this long after the first target was asked. */
const LEAVES_AFTER_MS = 50
const SETTLED_WITHIN_MS = 1000
const LOOKS_EVERY_MS = 10

/** Plays a fault to a caller who leaves in the middle of it. */
export async function playLeaving(fault: Fault, setting: Setting, config: Config): Promise<Scene> {
  const cast = createCast(fault, setting, { held: true })
  const stage = openStage(config, setting.chain, cast.direct)
  try {
    const asked = Promise.race(stage.actors.map(({ simulator }) => simulator.nextCall()))
    const content = Promise.withResolvers<void>()
    const leaving = new AbortController()
    const reply = ask(stage.url, {
      model: setting.chain.model,
      stream: setting.stream,
      leaving: leaving.signal,
      onPiece: content.resolve,
    })
    await Promise.race([asked, reply])
    await Promise.race([content.promise, Bun.sleep(LEAVES_AFTER_MS)])
    leaving.abort()
    const { durationMs } = await reply
    const wrong = await unsettled(stage)
    const attempts = stage.actors.reduce((sum, { simulator }) => sum + simulator.calls.length, 0)
    if (wrong === null) return { verdict: 'pass', detail: null, attempts, durationMs }
    const detail = `${wrong}, a second after the caller had left during ${fault.id}`
    return { verdict: 'fail', detail, attempts, durationMs }
  } finally {
    await stage.stop()
  }
}

/** Looks until nothing is under way any more; what still is after a second, as a sentence. */
async function unsettled(stage: Stage): Promise<string | null> {
  const deadline = performance.now() + SETTLED_WITHIN_MS
  for (;;) {
    const wrong = await stillUnderWay(stage)
    if (wrong === null || performance.now() > deadline) return wrong
    await Bun.sleep(LOOKS_EVERY_MS)
  }
}

async function stillUnderWay({ actors, url }: Stage): Promise<string | null> {
  const open = actors.flatMap(({ simulator }) => simulator.calls).filter(({ isOpen }) => isOpen)
  if (open.length > 0) return 'an upstream call is still open'
  const inFlight = await countInFlight(url)
  if (inFlight > 0) return `${inFlight} requests count as in flight`
  const entries = await countEntries(url)
  return entries === 1 ? null : `the history has ${entries} rows of one request`
}
