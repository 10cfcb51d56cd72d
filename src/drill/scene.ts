import type { Config } from '../config/config.ts'
import { readAnswer } from './answer.ts'
import { ask } from './caller.ts'
import { type Cast, createCast } from './cast.ts'
import type { Act, Fault } from './faults.ts'
import type { Observation } from './observation.ts'
import { countEntries, findEntry } from './record.ts'
import type { Setting } from './setting.ts'
import { openStage, type Stage } from './stage.ts'
import { judge, type Verdict, worst } from './verdict.ts'

export interface Scene extends Verdict {
  /** Of the first request. */
  attempts: number
  durationMs: number
}

/** Plays a fault, on a stage of its own, and judges what can be seen of it. */
export async function playScene(fault: Fault, setting: Setting, config: Config): Promise<Scene> {
  const cast = createCast(fault, setting)
  const stage = openStage(config, setting.chain, cast.direct)
  const first: Act = { afterMs: 0, expects: fault.expects, checks: fault.checks ?? [] }
  const seen: Observation[] = []
  const verdicts: Verdict[] = []
  try {
    for (const { afterMs, expects, checks } of [first, ...(fault.next ?? [])]) {
      stage.forward(afterMs)
      const observation = await observe(setting, stage, cast, seen.length + 1)
      seen.push(observation)
      verdicts.push(judge(observation, expects(setting), checks ?? []))
    }
  } finally {
    await stage.stop()
  }
  const overall = fault.overall?.(seen) ?? null
  if (overall !== null) verdicts.push({ verdict: 'fail', detail: overall })
  return {
    ...worst(verdicts),
    attempts: seen[0]?.entry?.attempt_count ?? 0,
    durationMs: seen[0]?.durationMs ?? 0,
  }
}

/** One request, and all there is to see of it. */
async function observe(
  setting: Setting,
  stage: Stage,
  cast: Cast,
  requests: number,
): Promise<Observation> {
  const before = stage.actors.map(({ simulator }) => simulator.calls.length)
  const { stream, chain } = setting
  const reply = await ask(stage.url, { model: chain.model, stream })
  const asked = stage.actors.map((actor, index) => ({
    actor,
    calls: actor.simulator.calls.slice(before[index]),
  }))
  const timesOf = (isFaulty: boolean) =>
    asked
      .filter(({ actor }) => (actor === cast.faulty) === isFaulty)
      .reduce((sum, { calls }) => sum + calls.length, 0)
  const answerer = asked.findLast(({ calls }) => calls.at(-1)?.status === 200)?.actor ?? null
  return {
    setting,
    status: reply.status,
    headers: reply.headers,
    answer: readAnswer(reply),
    durationMs: reply.durationMs,
    entry: await findEntry(stage.url, reply.headers.get('request-id') ?? ''),
    entries: await countEntries(stage.url),
    requests,
    faulty: timesOf(true),
    others: timesOf(false),
    mostAsked: Math.max(...asked.map(({ calls }) => calls.length)),
    answerer: answerer && { target: answerer.target, isFaulty: answerer === cast.faulty },
  }
}
