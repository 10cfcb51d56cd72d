import { tokenEstimate } from '../../messages/estimate.ts'
import type { Call } from '../provider.ts'
import type { CallNames } from './blocks.ts'
import { asBlocks } from './conversation.ts'
import { clientNames } from './names.ts'
import type { Origin } from './thinking.ts'

/** What the answer alone does not say. */
export interface AnswerContext extends Origin, CallNames {
  /** An estimate, for the start of the message and for services that report no usage. */
  inputTokens: number
}

export function contextOf({ request, target }: Call): AnswerContext {
  const { messages, tools } = request.body
  const blocks = messages.flatMap(({ content }) => asBlocks(content))
  return {
    provider: target.provider,
    model: target.model,
    tools: clientNames(tools),
    usedIds: new Set(blocks.flatMap(({ id }) => id ?? [])),
    inputTokens: tokenEstimate(request.body)(target.baseModel),
  }
}
