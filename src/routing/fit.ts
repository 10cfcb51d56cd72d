import type { ClientRequest, CountTokensBody } from '../messages/request.ts'
import { withBody } from '../messages/with-body.ts'
import { withoutBillingLine } from '../providers/claude/billing.ts'
import { withMillionBeta } from '../providers/claude/million.ts'
import { without } from '../providers/claude/strip.ts'
import type { Provider } from '../providers/provider.ts'
import { toolsKnownAt, withoutMissingTools } from './anthropic-tools.ts'
import type { Learned } from './learned.ts'
import type { Signatures } from './signatures.ts'
import type { Target } from './target.ts'
import { withoutForeignThinking } from './thinking.ts'

export interface FitDeps {
  learned: Pick<Learned, 'about'>
  signatures: Pick<Signatures, 'makersOf'>
}

/**
 * The request as this target can take it: the very same object where nothing has to change.
 *
 * It depends on the request, on facts about the target and on what was remembered of both, never on
 * time or on the route taken: a prompt cache, and the signature of a thought, hold only as long as
 * what stands before them stays what it was.
 */
export function fitTo<Body extends CountTokensBody>(
  request: ClientRequest<Body>,
  target: Target,
  provider: Provider,
  { learned, signatures }: FitDeps,
): ClientRequest<Body> {
  const readable = withBody(request, (body) => {
    const plain = provider.isAnthropic ? body : withoutBillingLine(body)
    const messages = withoutForeignThinking(plain.messages, target, provider, signatures)
    const own = messages === plain.messages ? plain : { ...plain, messages }
    return withoutMissingTools(own, toolsKnownAt(target, provider))
  })
  return without(withMillionBeta(readable, target), learned.about(target))
}
