import { ProxyError } from '../../errors.ts'

/**
 * A refusal that only named a field which this model does not take, as that, so that it is asked
 * again without; any other as it is. The field is named as the client wrote it, which is what the
 * router leaves out.
 */
export function namingField(error: ProxyError): ProxyError {
  const { outcome, upstreamStatus } = error.details
  // "To use function tools, use /v1/responses" is about the address.
  if (outcome !== 'rejected' || upstreamStatus !== 400 || /v1\/responses/.test(error.message)) {
    return error
  }
  const named = WORDINGS.flatMap((wording) => wording.exec(error.message)?.[1] ?? [])
  const unsupported = [...new Set(named.flatMap((field) => MADE_FROM.get(field) ?? []))]
  if (unsupported.length === 0) return error
  const details = { ...error.details, outcome: 'unsupported' as const, unsupported }
  return new ProxyError(error.code, error.message, details)
}

const WORDINGS = [
  // OpenAI: "Unsupported parameter: 'top_p' is not supported with this model.", "Unsupported value:
  // 'temperature' does not support 0.2 with this model."; "Unrecognized request argument supplied: …"
  /(?:unsupported (?:parameter|value)|unknown parameter|argument supplied): ['"`]?([\w.]+)/i,
  // Groq: "property 'reasoning_effort' is unsupported", "`stop` is not supported with this model".
  /['"`]?\b([a-zA-Z_]+)['"`]? is (?:not supported|unsupported)\b/,
  // Converse: "This model doesn't support the stopSequences field. Remove stopSequences and try again."
  /doesn't support the (\w+) field/,
]

const EFFORT = ['thinking', 'output_config.effort']

/** What our fields are made from. Without those that are not here an answer would be another one. */
const MADE_FROM = new Map([
  ['temperature', ['temperature']],
  ['top_p', ['top_p']],
  ['topP', ['top_p']],
  ['top_k', ['top_k']],
  ['stop', ['stop_sequences']],
  ['stopSequences', ['stop_sequences']],
  ['parallel_tool_calls', ['tool_choice.disable_parallel_tool_use']],
  ['reasoning_effort', EFFORT],
  ['reasoning', EFFORT],
  ['reasoning.effort', EFFORT],
])
