import type { Chain } from './chains.ts'
import type { ChainCard, Result } from './drill.ts'
import type { Scene } from './scene.ts'

export interface Summary {
  pass: number
  safe: number
  fail: number
}

export function summarize(cards: readonly ChainCard[]): Summary {
  const summary = { pass: 0, safe: 0, fail: 0 }
  for (const { streamed, unstreamed } of cards.flatMap(({ results }) => results)) {
    summary[streamed.verdict]++
    summary[unstreamed.verdict]++
  }
  return summary
}

/** For people: a line per fault and chain, and under it what there is to say. */
export function scorecardText(cards: readonly ChainCard[]): string {
  const { pass, safe, fail } = summarize(cards)
  return [
    ...cards.flatMap(chainLines),
    `${pass} pass, ${safe} safe, ${fail} fail`,
    'pass: the caller got what was right; safe: a clean error, where no better could be expected',
    '',
  ].join('\n')
}

/** For programs. */
export function scorecardJson(cards: readonly ChainCard[]): string {
  const chains = cards.map(({ chain, results }) => ({
    routes: chain.routes,
    model: chain.model,
    strategy: chain.strategy,
    targets: chain.targets.map(({ id }) => id),
    results: results.flatMap(({ id, title, streamed, unstreamed }) => [
      { fault: id, title, stream: true, ...sceneJson(streamed) },
      { fault: id, title, stream: false, ...sceneJson(unstreamed) },
    ]),
  }))
  return `${JSON.stringify({ chains, summary: summarize(cards) }, null, 2)}\n`
}

function chainTitle({ routes, model, strategy, targets }: Chain): string {
  const name = routes.length > 0 ? routes.join(', ') : `${model} (routing is off)`
  const order = targets.length > 1 ? ` (${strategy})` : ''
  return `${name}: ${targets.map(({ id }) => id).join(' > ')}${order}`
}

const ID = 5
const SCENE = 30

function chainLines({ chain, results }: ChainCard): string[] {
  return [
    chainTitle(chain),
    '',
    `${' '.repeat(ID)}${'streamed'.padEnd(SCENE)}not streamed`,
    ...results.flatMap(resultLines),
    '',
  ]
}

function resultLines({ id, title, streamed, unstreamed }: Result): string[] {
  const line = `${id.padEnd(ID)}${sceneText(streamed)}${sceneText(unstreamed)}${title}`
  return [line, ...failure('streamed', streamed), ...failure('not streamed', unstreamed)]
}

function sceneText({ verdict, attempts, durationMs }: Scene): string {
  const count = `${attempts} attempt${attempts === 1 ? '' : 's'}`
  return `${verdict.padEnd(6)}${count.padEnd(13)}${`${Math.round(durationMs)} ms`.padEnd(11)}`
}

function failure(how: string, { verdict, detail }: Scene): string[] {
  return verdict === 'fail' ? [`${' '.repeat(ID)}${how}: ${detail}`] : []
}

function sceneJson({ verdict, detail, attempts, durationMs }: Scene) {
  return { verdict, detail, attempts, duration_ms: Math.round(durationMs) }
}
