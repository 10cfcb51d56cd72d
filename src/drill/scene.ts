import type { Config } from '../config/config.ts'
import { readAnswer } from './answer.ts'
import type { Setting } from './chains.ts'
import { countEntries, findEntry } from './client.ts'
import type { Act, Fault } from './faults.ts'
import { judge, type Observation, type Verdict, worst } from './judging.ts'
import { openStage, type Stage } from './stage.ts'

export interface Scene extends Verdict {
  /** Of the first request. */
  attempts: number
  durationMs: number
}

/** Plays a fault, on a stage of its own, and judges what can be seen of it. */
export async function playScene(fault: Fault, setting: Setting, config: Config): Promise<Scene> {
  const stage = openStage(fault, setting, config)
  const first: Act = { afterMs: 0, expects: fault.expects, checks: fault.checks ?? [] }
  const seen: Observation[] = []
  const verdicts: Verdict[] = []
  try {
    for (const { afterMs, expects, checks } of [first, ...(fault.next ?? [])]) {
      stage.forward(afterMs)
      const observation = await observe(setting, stage, seen.length + 1)
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
async function observe(setting: Setting, stage: Stage, requests: number): Promise<Observation> {
  const before = stage.actors.map(({ simulator }) => simulator.calls.length)
  const reply = await stage.ask()
  const asked = stage.actors.map((actor, index) => ({
    actor,
    calls: actor.simulator.calls.slice(before[index]),
  }))
  const timesOf = (isFaulty: boolean) =>
    asked
      .filter(({ actor }) => (actor === stage.faulty) === isFaulty)
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
    answerer: answerer && { target: answerer.target, isFaulty: answerer === stage.faulty },
  }
}
