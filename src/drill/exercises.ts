import type { Config } from '../config/config.ts'
import { FAULTS } from './faults.ts'
import { playLeaving } from './leaving.ts'
import { playScene, type Scene } from './scene.ts'
import type { Setting } from './setting.ts'
import { worst } from './verdict.ts'

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
