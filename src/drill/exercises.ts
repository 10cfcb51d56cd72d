import type { Config } from '../config/config.ts'
import type { Setting } from './chains.ts'
import { countEntries, countInFlight } from './client.ts'
import { FAULTS, type Fault } from './faults.ts'
import { worst } from './judging.ts'
import { playScene, type Scene } from './scene.ts'
import { openStage, type Stage } from './stage.ts'

/** A line of the scorecard. */
export interface Exercise {
  id: string
  title: string
  play(setting: Setting, config: Config): Promise<Scene>
}

export const EXERCISES: readonly Exercise[] = [
  ...FAULTS.map((fault) => ({
    id: fault.id,
    title: fault.title,
    play: (setting: Setting, config: Config) => playScene(fault, setting, config),
  })),
  { id: 'F24', title: 'the caller leaves during each of these', play: leaveEach },
].toSorted((a, b) => a.id.localeCompare(b.id))

async function leaveEach(setting: Setting, config: Config): Promise<Scene> {
  const scenes: Scene[] = []
  for (const fault of FAULTS) scenes.push(await playLeaving(fault, setting, config))
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)
  return {
    ...worst(scenes),
    attempts: sum(scenes.map(({ attempts }) => attempts)),
    durationMs: sum(scenes.map(({ durationMs }) => durationMs)),
  }
}

/**
 * A caller who has seen no content leaves this long after the first target was asked. In most
 * faults nothing happens then that a caller could wait for.
 */
const LEAVES_AFTER_MS = 50
const SETTLED_WITHIN_MS = 1000
const LOOKS_EVERY_MS = 10

/** Plays a fault to a caller who leaves in the middle of it. */
async function playLeaving(fault: Fault, setting: Setting, config: Config): Promise<Scene> {
  const stage = openStage(fault, setting, config, { held: true })
  try {
    const asked = Promise.race(stage.actors.map(({ simulator }) => simulator.nextCall()))
    const leaving = new AbortController()
    const reply = stage.ask(leaving.signal)
    await Promise.race([asked, reply])
    await Promise.race([stage.heard(), Bun.sleep(LEAVES_AFTER_MS)])
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
