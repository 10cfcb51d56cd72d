import type {
  ConverseRequest,
  InferenceConfiguration,
  SystemContentBlock,
} from '@aws-sdk/client-bedrock-runtime'
import { isRecord } from '../../../json.ts'
import type { CountTokensBody, MessagesBody } from '../../../messages/request.ts'
import type { Target } from '../../../routing/target.ts'
import { asBlocks } from '../../translation/conversation.ts'
import { CACHE_POINT, type Dialect, textPart } from './content.ts'
import { type Family, familyOf } from './families.ts'
import { toConverseMessages } from './messages.ts'
import { documentNames } from './names.ts'
import { effortFields } from './reasoning.ts'
import { toDocument, toToolConfig } from './tools.ts'

/** A request as Converse takes it, whole or as a stream; the id of the model stands beside it. */
export function toConverse(
  body: MessagesBody,
  target: Pick<Target, 'provider' | 'model' | 'baseModel'>,
): Omit<ConverseRequest, 'modelId'> {
  const family = familyOf(target.baseModel)
  const format = family.jsonSchema ? body.output_config?.format : undefined
  return {
    ...toCounted(body, target),
    inferenceConfig: inferenceConfig(body, family),
    ...(isRecord(format) && { outputConfig: outputConfig(format) }),
  }
}

/** The part of it that counts as input. */
export function toCounted(
  body: CountTokensBody,
  { provider, model, baseModel }: Pick<Target, 'provider' | 'model' | 'baseModel'>,
): Pick<ConverseRequest, 'messages' | 'system' | 'toolConfig' | 'additionalModelRequestFields'> {
  const family = familyOf(baseModel)
  const dialect = { provider, model, family, documentName: documentNames() }
  const system = toSystem(body.system, dialect)
  const toolConfig = toToolConfig(body, family)
  const effort = effortFields(body, family)
  return {
    messages: toConverseMessages(body.messages, dialect),
    ...(system.length > 0 && { system }),
    ...(toolConfig && { toolConfig }),
    ...(effort && { additionalModelRequestFields: toDocument(effort) }),
  }
}

function toSystem(system: CountTokensBody['system'], { family }: Dialect): SystemContentBlock[] {
  return asBlocks(system ?? []).flatMap((block): SystemContentBlock[] => {
    const parts = textPart(block.text)
    const isMarked = parts.length > 0 && block.cache_control
    return isMarked && family.cachePoints ? [...parts, CACHE_POINT] : parts
  })
}

/** The API reference of InferenceConfiguration allows as many. */
const MOST_STOPS = 4

function inferenceConfig(body: MessagesBody, family: Family): InferenceConfiguration {
  const { max_tokens, temperature, top_p, stop_sequences } = body
  const stops = family.stopSequences ? stop_sequences?.filter((stop) => stop !== '') : undefined
  return {
    maxTokens: Math.max(1, Math.min(max_tokens, family.mostOutputTokens)),
    ...(temperature !== undefined && { temperature }),
    ...(top_p !== undefined && { topP: top_p }),
    ...(stops?.length && { stopSequences: stops.slice(0, MOST_STOPS) }),
  }
}

function outputConfig({ type, schema }: Record<string, unknown>): ConverseRequest['outputConfig'] {
  if (type !== 'json_schema') return undefined
  const jsonSchema = { name: 'answer', schema: JSON.stringify(schema) }
  return { textFormat: { type, structure: { jsonSchema } } }
}
