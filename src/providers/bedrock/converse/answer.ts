import {
  ConverseCommand,
  type ConverseRequest,
  ConverseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { badAnswer } from '../../failure.ts'
import type { Call } from '../../provider.ts'
import { translatedAnswer } from '../../translation/answer.ts'
import { contextOf } from '../../translation/context.ts'
import type { SendCommand } from '../client.ts'
import { familyOf } from './families.ts'
import { readStream, readWhole } from './reading.ts'
import { toConverse } from './request.ts'
import { ConverseTranslation } from './translation.ts'

/**
 * The answer of a model that is not Claude. `extraBody` is put over the request. Where a model
 * cannot stream beside tools, the client's stream is made from an answer in one piece.
 */
export async function converse(
  call: Call,
  send: SendCommand,
  extraBody: Record<string, unknown>,
): Promise<Response> {
  const { request, target, ...sending } = call
  const { provider } = target
  const input: ConverseRequest = {
    ...toConverse(request.body, target),
    ...extraBody,
    modelId: target.model,
  }
  const streams =
    request.body.stream === true && (!input.toolConfig || familyOf(target.baseModel).streamsTools)
  return translatedAnswer(call, new ConverseTranslation(contextOf(call)), async (signal) => {
    const command = streams ? new ConverseStreamCommand(input) : new ConverseCommand(input)
    const response = await send(command, { ...sending, target, signal })
    if (!response.body) throw badAnswer(provider, 'the answer is empty')
    return streams ? readStream(provider, response.body) : readWhole(provider, response)
  })
}
