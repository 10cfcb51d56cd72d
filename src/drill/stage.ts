import type { Config, RouteTarget } from '../config/config.ts'
import { startProxy } from '../proxy.ts'
import {
  type SimulatedCall,
  type Simulator,
  type Step,
  startSimulator,
} from '../simulator/simulator.ts'
import type { Chain } from './chains.ts'
import { standingIn } from './standing.ts'

/** A target of the chain and who stands in for it. */
export interface Actor {
  target: RouteTarget
  simulator: Simulator
}

/** A proxy of its own for one scene, with a simulator behind every target of the chain. */
export interface Stage {
  readonly url: string
  /** In the order of the chain. */
  readonly actors: readonly Actor[]
  /** ms since the curtain rose, on the proxy's clock. */
  elapsedMs(): number
  /** Sets the proxy's clock forward. */
  forward(ms: number): void
  stop(): Promise<void>
}

/** `direct` says what an actor does about a call. */
export function openStage(
  config: Config,
  chain: Chain,
  direct: (call: SimulatedCall, actor: Actor, stage: Stage) => Step,
): Stage {
  const actors = new Map<string, Actor>()
  for (const target of chain.targets) {
    if (actors.has(target.id)) continue
    const actor: Actor = {
      target,
      simulator: startSimulator({ anyModel: true, mood: (call) => direct(call, actor, stage) }),
    }
    actors.set(target.id, actor)
  }
  let offsetMs = 0
  const now = () => Date.now() + offsetMs
  const addressOf = ({ id }: RouteTarget) => actors.get(id)?.simulator.url ?? ''
  const proxy = startProxy({
    config: standingIn(config, chain, addressOf),
    write() {},
    jsonLog: false,
    now,
  })
  const startedAt = now()
  const stage: Stage = {
    url: proxy.url,
    actors: [...actors.values()],
    elapsedMs: () => now() - startedAt,
    forward(ms) {
      offsetMs += ms
    },
    async stop() {
      await proxy.stop(0)
      await Promise.all(stage.actors.map(({ simulator }) => simulator.stop()))
    },
  }
  return stage
}
