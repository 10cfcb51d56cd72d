import type { Config } from '../config/config.ts'
import type { Chain } from './chains.ts'
import { EXERCISES } from './exercises.ts'
import type { Scene } from './scene.ts'
import { settingFor } from './setting.ts'

/** What became of one chain. */
export interface ChainCard {
  chain: Chain
  results: Result[]
}

/** An exercise, with a streamed answer and with one in one piece. */
export interface Result {
  id: string
  title: string
  streamed: Scene
  unstreamed: Scene
}

/** Plays every fault on these chains, against simulators on this machine. */
export async function runDrill(config: Config, chains: readonly Chain[]): Promise<ChainCard[]> {
  const plays = chains.flatMap((chain) =>
    EXERCISES.flatMap(({ play }) =>
      [true, false].map((stream) => () => play(settingFor(config, chain, stream), config)),
    ),
  )
  const scenes = (await fewAtATime(plays)).values()
  return chains.map((chain) => ({
    chain,
    results: EXERCISES.map(({ id, title }) => ({
      id,
      title,
      streamed: next(scenes),
      unstreamed: next(scenes),
    })),
  }))
}

/** Most of a scene is waiting, but on a machine that is too busy timers end late. */
const AT_A_TIME = 8

async function fewAtATime<T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = []
  const queue = tasks.entries()
  const work = async () => {
    for (const [index, task] of queue) results[index] = await task()
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return results
}

function next(scenes: Iterator<Scene>): Scene {
  const { done, value } = scenes.next()
  if (done) throw new Error('a scene was not played')
  return value
}
