import type { Config } from '../config/config.ts'
import { type Chain, settingFor } from './chains.ts'
import { EXERCISES, type Exercise } from './exercises.ts'
import type { Scene } from './scene.ts'

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
  const inTurn = createTurns(AT_A_TIME)
  const playBoth = async ({ id, title, play }: Exercise, chain: Chain): Promise<Result> => {
    const scene = (stream: boolean) => inTurn(() => play(settingFor(config, chain, stream), config))
    const [streamed, unstreamed] = await Promise.all([scene(true), scene(false)])
    return { id, title, streamed, unstreamed }
  }
  return Promise.all(
    chains.map(async (chain) => ({
      chain,
      results: await Promise.all(EXERCISES.map((exercise) => playBoth(exercise, chain))),
    })),
  )
}

/** Most of a scene is waiting, but on a machine that is too busy timers end late. */
const AT_A_TIME = 8

/** Lets so many tasks run at a time, first come, first served. */
function createTurns(free: number) {
  const waiting: (() => void)[] = []
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
