import { ProxyError } from '../errors.ts'
import { createRecent, MOST_TARGETS } from '../recent.ts'
import type { Api, Target } from '../routing/target.ts'
import { isNoSuchEndpoint } from './failure.ts'
import type { Dialect } from './openai-chat/content.ts'
import type { Quirks } from './openai-chat/quirks.ts'
import { toChatBody } from './openai-chat/request.ts'
import { readChunks, readCompletion } from './openai-chat/sse.ts'
import { Translation } from './openai-chat/stream.ts'
import type { Completion } from './openai-chat/wire.ts'
import { type AnswerReader, type OpenAIServer, postOpenAI, readAnswer } from './openai-client.ts'
import { createResponsesLane } from './openai-responses/lane.ts'
import type { Call, Provider } from './provider.ts'
import { translatedAnswer } from './translation/answer.ts'
import { contextOf } from './translation/context.ts'
import type { Documents } from './translation/documents.ts'

export interface OpenAISettings extends OpenAIServer {
  unusable: string | null
  quirks: Quirks
  documents: Documents
  /** Put over every request. */
  extraBody?: Record<string, unknown>
  /** Whether it counts tokens at `/responses/input_tokens`. */
  countsTokens?: boolean
}

/**
 * Any server that speaks Chat Completions or the Responses API, translated both ways. Which of the
 * two is the target's `api`; `auto` leaves it to what is known of the model, and to what a service
 * says: a target that refuses one for the other is asked there, in the same attempt and from then on.
 */
export function createOpenAIProvider(settings: OpenAISettings): Provider {
  const { name, quirks, documents } = settings
  const responses = createResponsesLane(settings)
  /** Targets that said which of the two it has to be. */
  const said = createRecent<Exclude<Api, 'auto'>>(MOST_TARGETS)

  const apiOf = ({ api, baseModel, id }: Target) => {
    if (api !== 'auto') return api
    return said.get(id) ?? (quirks.responses(baseModel) ? 'responses' : 'chat')
  }

  const dialectOf = ({ model, baseModel }: Target): Dialect => ({
    provider: name,
    model,
    baseModel,
    quirks,
  })

  const viaChat = (call: Call, dialect: Dialect) => {
    const body = { ...toChatBody(call.request, dialect), ...settings.extraBody }
    const wantsStream = call.request.body.stream === true
    const thinkTags = quirks.thinkTags(dialect.baseModel)
    const translation = new Translation({ ...contextOf(call), thinkTags })
    return translatedAnswer(call, translation, async (signal) => {
      const upstream = await postOpenAI(settings, '/chat/completions', body, { ...call, signal })
      return readAnswer(upstream, name, wantsStream, CHAT_READER)
    })
  }

  return {
    name,
    unusable: settings.unusable,

    async messages(given) {
      const { target } = given
      const takesFiles = quirks.files(target.baseModel)
      const call = takesFiles ? given : { ...given, request: await documents.asText(given.request) }
      const dialect = dialectOf(target)
      const via = { chat: viaChat, responses: responses.messages }
      const api = apiOf(target)
      try {
        return await via[api](call, dialect)
      } catch (error) {
        const other = api === 'chat' ? 'responses' : 'chat'
        if (target.api !== 'auto' || !wantsOther(api, error)) throw error
        const answer = await via[other](call, dialect)
        // A deployment that is not there yet is found at neither.
        said.set(target.id, other)
        return answer
      }
    },

    ...(settings.countsTokens && {
      countTokens: (call) => responses.countTokens(call, dialectOf(call.target)),
    }),
  }
}

const CHAT_READER: AnswerReader<Completion> = {
  readStream: readChunks,
  readWhole: (provider, text, headers) => [readCompletion(provider, text, headers)],
}

/** Compatible servers may have no Responses API, whatever the model. */
function wantsOther(api: Exclude<Api, 'auto'>, error: unknown): boolean {
  return api === 'chat' ? wantsResponses(error) : isNoSuchEndpoint(error)
}

/**
 * "To use function tools, use /v1/responses or set reasoning_effort to 'none'." is a 400
 * (GoogleChromeLabs/webmcp-tools#417), "This model is only supported in v1/responses and not in
 * v1/chat/completions." a 404 (pgadmin-org/pgadmin4#9795).
 */
function wantsResponses(error: unknown): boolean {
  if (!(error instanceof ProxyError)) return false
  const { upstreamStatus } = error.details
  return (upstreamStatus === 400 || upstreamStatus === 404) && /v1\/responses/.test(error.message)
}
