import type { ResponseFormatTextJSONSchemaConfig } from 'openai/resources/responses/responses'
import { isRecord } from '../../json.ts'
import type { ClientRequest, CountTokensBody, MessagesBody } from '../../messages/request.ts'
import type { Dialect } from '../openai-chat/content.ts'
import { effortFor } from '../openai-chat/reasoning.ts'
import { identityFields, isStrict, outputTokens } from '../openai-chat/request.ts'
import type { Effort } from '../translation/effort.ts'
import { type InputItem, toInput, toInstructions } from './input.ts'
import { type ToolFields, toolFields } from './tools.ts'

/** The prompt: what `/responses/input_tokens` counts. */
export interface PromptBody extends ToolFields {
  model: string
  instructions?: string
  input: InputItem[]
  reasoning?: { effort?: Effort; summary?: 'auto' }
  text?: { format: ResponseFormatTextJSONSchemaConfig }
}

/** What goes to `/responses`; nothing is kept there. */
export interface ResponsesBody extends PromptBody {
  max_output_tokens: number
  temperature?: number
  top_p?: number
  include?: 'reasoning.encrypted_content'[]
  store: false
  stream: boolean
  prompt_cache_key?: string
  safety_identifier?: string
}

/** The least that `max_output_tokens` may be. */
const LEAST_OUTPUT_TOKENS = 16

/** A Messages request as a Responses request for this model. */
export function toResponsesBody({ body, headers }: ClientRequest, dialect: Dialect): ResponsesBody {
  const { quirks, baseModel } = dialect
  return {
    ...toPromptBody(body, dialect),
    max_output_tokens: Math.max(LEAST_OUTPUT_TOKENS, outputTokens(body, dialect)),
    ...samplingFields(body, dialect),
    // "Encrypted content is not supported with this model" says a 400 where a model does not
    // reason (pydantic/pydantic-ai#2865).
    ...(quirks.reasoning(baseModel) && { include: ['reasoning.encrypted_content'] }),
    ...identityFields(body, headers, quirks),
    store: false,
    stream: body.stream === true,
  }
}

export function toPromptBody(body: CountTokensBody, dialect: Dialect): PromptBody {
  const instructions = toInstructions(body.system, dialect)
  return {
    model: dialect.model,
    ...(instructions && { instructions }),
    input: toInput(body.messages, dialect),
    ...toolFields(body, dialect),
    ...reasoningField(body, dialect),
    ...formatField(body),
  }
}

/** There is no `stop`, and no `top_k`. */
function samplingFields({ temperature, top_p }: MessagesBody, { quirks, baseModel }: Dialect) {
  if (!quirks.sampling(baseModel)) return {}
  return {
    ...(temperature !== undefined && { temperature }),
    ...(top_p !== undefined && { top_p }),
  }
}

function reasoningField(
  body: CountTokensBody,
  { quirks, baseModel }: Dialect,
): Pick<PromptBody, 'reasoning'> {
  const rules = quirks.reasoning(baseModel)
  if (!rules) return {}
  const effort = effortFor(body, rules)
  if (effort === 'none') return { reasoning: { effort } }
  return { reasoning: { ...(effort && { effort }), summary: 'auto' } }
}

function formatField({ output_config }: CountTokensBody): Pick<PromptBody, 'text'> {
  const format = output_config?.format
  if (!isRecord(format) || format.type !== 'json_schema' || !isRecord(format.schema)) return {}
  const { schema } = format
  return {
    text: { format: { type: 'json_schema', name: 'answer', schema, strict: isStrict(schema) } },
  }
}
