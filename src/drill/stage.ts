import type { Config } from '../config/config.ts'
import { startProxy } from '../proxy.ts'
import type { Target } from '../routing/target.ts'
import {
  type SimulatedCall,
  type Simulator,
  type Step,
  startSimulator,
} from '../simulator/simulator.ts'
import { speak } from './answer.ts'
import type { Setting } from './chains.ts'
import { ask, type Reply } from './client.ts'
import type { Fault } from './faults.ts'
import { standingIn } from './standing.ts'

/** A target of the chain and who stands in for it. */
interface Actor {
  target: Target
  simulator: Simulator
}

/** A proxy of its own for one scene, with a simulator behind every target of the chain. */
export interface Stage {
  readonly url: string
  /** In the order of the chain. */
  readonly actors: readonly Actor[]
  /** Who has the fault: the first to be asked, whatever the strategy; null before. */
  readonly faulty: Actor | null
  /** Asks the proxy, one request after the other; aborting `leaving` is the caller's going away. */
  ask(leaving?: AbortSignal): Promise<Reply>
  /** Resolves with the first piece of the present answer that reaches the caller. */
  heard(): Promise<void>
  /** Sets the proxy's clock forward. */
  forward(ms: number): void
  stop(): Promise<void>
}

/** With `held`, whoever is well begins an answer, and goes no further. */
export function openStage(
  fault: Fault,
  setting: Setting,
  config: Config,
  { held = false } = {},
): Stage {
  const { chain, stream } = setting
  const actors = new Map<string, Actor>()
  for (const target of chain.targets) {
    if (actors.has(target.id)) continue
    const actor: Actor = {
      target,
      simulator: startSimulator({ anyModel: true, mood: (call) => direct(call, actor) }),
    }
    actors.set(target.id, actor)
  }
  let offsetMs = 0
  const now = () => Date.now() + offsetMs
  const forward = (ms: number) => {
    offsetMs += ms
  }
  const addressOf = ({ id }: Target) => actors.get(id)?.simulator.url ?? ''
  const proxy = startProxy({
    config: standingIn(config, chain, addressOf),
    write() {},
    jsonLog: false,
    now,
  })
  const startedAt = now()
  let heard = Promise.withResolvers<void>()
  const timesAsked = new Map<Actor, number>()

  function direct(call: SimulatedCall, actor: Actor): Step {
    const nth = (timesAsked.get(actor) ?? 0) + 1
    timesAsked.set(actor, nth)
    const place = [...timesAsked.keys()].indexOf(actor)
    const symptom = place === 0 ? fault.faulty : fault.others
    const step = symptom?.({
      call,
      setting,
      nth,
      place,
      elapsedMs: now() - startedAt,
      url: actor.simulator.url,
      heard: heard.promise,
      forward,
    })
    return step ?? { ...speak(call), ...(held && { contentAfter: NEVER }) }
  }

  return {
    url: proxy.url,
    actors: [...actors.values()],
    get faulty() {
      const [first] = timesAsked.keys()
      return first ?? null
    },
    ask(leaving) {
      heard = Promise.withResolvers()
      const { resolve: onPiece } = heard
      return ask(proxy.url, { model: chain.model, stream, onPiece, ...(leaving && { leaving }) })
    },
    heard: () => heard.promise,
    forward,
    async stop() {
      await proxy.stop(0)
      await Promise.all([...actors.values()].map(({ simulator }) => simulator.stop()))
    },
  }
}

const NEVER = new Promise<never>(() => {})
