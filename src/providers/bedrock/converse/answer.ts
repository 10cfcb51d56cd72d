import {
  ConverseCommand,
  type ConverseRequest,
  ConverseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { ProxyError } from '../../../errors.ts'
import type { Recent } from '../../../recent.ts'
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
 * cannot stream beside tools, the client's stream is made from an answer in one piece; a target that
 * says so is kept in `neverStreamsTools`.
 */
export async function converse(
  call: Call,
  send: SendCommand,
  extraBody: Record<string, unknown>,
  neverStreamsTools: Recent<true>,
): Promise<Response> {
  const { request, target, ...sending } = call
  const { provider } = target
  const input: ConverseRequest = {
    ...toConverse(request.body, target),
    ...extraBody,
    modelId: target.model,
  }
  const streamsTools = familyOf(target.baseModel).streamsTools && !neverStreamsTools.get(target.id)
  const streams = request.body.stream === true && (!input.toolConfig || streamsTools)
  return translatedAnswer(call, new ConverseTranslation(contextOf(call)), async (signal) => {
    const open = async (isStream: boolean) => {
      const command = isStream ? new ConverseStreamCommand(input) : new ConverseCommand(input)
      const response = await send(command, { ...sending, target, signal })
      if (!response.body) throw badAnswer(provider, 'the answer is empty')
      return isStream ? readStream(provider, response.body) : readWhole(provider, response)
    }
    try {
      return await open(streams)
    } catch (error) {
      if (!streams || !refusesStreamedTools(error)) throw error
      neverStreamsTools.set(target.id, true)
      return open(false)
    }
  })
}

/** "This model doesn't support tool use in streaming mode." (earendil-works/pi#3739). */
function refusesStreamedTools(error: unknown): boolean {
  return error instanceof ProxyError && /tool use in streaming mode/i.test(error.message)
}
