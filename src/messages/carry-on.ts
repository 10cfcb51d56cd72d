import { ProxyError } from '../errors.ts'
import type { Log } from '../log.ts'
import { claudeModel } from '../providers/claude/models.ts'
import { answerFrom, type FallbackDeps, type Wordings } from '../routing/fallback.ts'
import type { Route } from '../routing/router.ts'
import type { Target } from '../routing/target.ts'
import { continuationOf } from './continuation.ts'
import type { Exchange } from './exchange.ts'
import type { ServedStream } from './reading.ts'
import type { Said } from './said.ts'
import type { SpliceSettings } from './splice.ts'

/** An answer that goes on where another one broke off. */
export interface Successor {
  served: ServedStream
  splice: SpliceSettings
}

/** Finds somebody who carries on from what was said; null where nobody can. Never rejects. */
export type CarryOn = (said: Said) => Promise<Successor | null>

const MAX_CONTINUATIONS = 3

/** Only targets that this request has not asked yet, so that nobody is asked more than his share. */
export function createCarryOn(
  route: Route,
  exchange: Exchange,
  deps: FallbackDeps & { log: Pick<Log, 'defect'> },
): CarryOn {
  let continuations = 0

  const takesPrefill = ({ provider, baseModel }: Target) =>
    (deps.providers.get(provider)?.prefill && claudeModel(baseModel)?.prefill) ?? false

  async function ask(said: Said, targets: Target[]): Promise<Successor> {
    const before = exchange.usage
    const prefill = continuationOf(exchange.request, said, { isPrefill: true })
    const turn = continuationOf(exchange.request, said, { isPrefill: false })
    // A server may refuse what its model would take.
    const wordings: Wordings = (target) => (takesPrefill(target) ? [prefill, turn] : [turn])
    const served = await answerFrom(wordings, { ...route, targets }, exchange, deps)
    const { answer, request, target } = served
    if (answer.kind === 'json') throw new Error(`${target.id} did not stream`)
    return { served: { ...served, answer }, splice: { before, mayRepeat: request === turn } }
  }

  return async (said) => {
    const targets = route.targets.filter((target) => !exchange.hasAsked(target))
    if (!said.isContinuable || targets.length === 0) return null
    if (++continuations > MAX_CONTINUATIONS) return null
    try {
      return await ask(said, targets)
    } catch (error) {
      if (!(error instanceof ProxyError)) deps.log.defect(error)
      return null
    }
  }
}
