import type { CountTokensBody } from '../../messages/request.ts'
import { readCount } from '../count.ts'
import type { Dialect } from '../openai-chat/content.ts'
import { type AnswerReader, type OpenAIServer, postOpenAI, readAnswer } from '../openai-client.ts'
import type { Call } from '../provider.ts'
import { translatedAnswer } from '../translation/answer.ts'
import { contextOf } from '../translation/context.ts'
import type { Sending } from '../upstream.ts'
import { type ResponseEvent, readResponse, readResponseEvents } from './events.ts'
import { Omissions } from './omissions.ts'
import { type PromptBody, toPromptBody, toResponsesBody } from './request.ts'
import { ResponseTranslation } from './stream.ts'

export interface ResponsesLane {
  messages(call: Call, dialect: Dialect): Promise<Response>
  countTokens(call: Call<CountTokensBody>, dialect: Dialect): Promise<number>
}

/** The Responses API of one server. What it refuses and can be left out is remembered by target. */
export function createResponsesLane(
  server: OpenAIServer & { extraBody?: Record<string, unknown> },
): ResponsesLane {
  const omissions = new Omissions()

  const send = async <Body extends PromptBody>(
    path: string,
    body: Body,
    sending: Sending,
  ): Promise<Response> => {
    const { id } = sending.target
    try {
      return await postOpenAI(server, path, body, sending)
    } catch (error) {
      const rest = omissions.learn(id, error, body)
      if (!rest) throw error
      return send(path, rest, sending)
    }
  }

  return {
    messages(call, dialect) {
      const body = omissions.apply(call.target.id, toResponsesBody(call.request, dialect))
      const whole = { ...body, ...server.extraBody }
      return translatedAnswer(call, new ResponseTranslation(contextOf(call)), async (signal) => {
        const upstream = await send('/responses', whole, { ...call, signal })
        return readAnswer(upstream, server.name, body.stream, READER)
      })
    },

    async countTokens({ request, ...sending }, dialect) {
      const body = omissions.apply(sending.target.id, toPromptBody(request.body, dialect))
      const upstream = await send('/responses/input_tokens', body, sending)
      return readCount(server.name, upstream, 'input_tokens')
    },
  }
}

const READER: AnswerReader<ResponseEvent> = {
  readStream: readResponseEvents,
  readWhole: readResponse,
}
