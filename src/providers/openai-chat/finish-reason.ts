import type { StopReason } from '../translation/events.ts'

/**
 * What a service calls the end of an answer, as Anthropic calls it; null where it is a failure.
 * Servers say "stop" after tool calls, and "tool_calls" without one; a client that reads `end_turn`
 * leaves its tool loop, so what was sent decides.
 */
export function toStopReason(finishReason: string | null, calledTools: boolean): StopReason | null {
  // Gemini says which: "content_filter: PROHIBITED_CONTENT".
  const [name = ''] = (finishReason ?? '').toLowerCase().split(':')
  const reason = REASONS[name.replaceAll('-', '_')]
  if (reason === null) return null
  return calledTools ? 'tool_use' : (reason ?? 'end_turn')
}

/** What cut the answer off, a limit or a filter; null where the model came to an end. */
export function cutOffBy(finishReason: string | null): StopReason | null {
  const reason = toStopReason(finishReason, false)
  return reason === 'end_turn' ? null : reason
}

/** Every one that is not simply the end. */
const REASONS: Record<string, StopReason | null> = {
  length: 'max_tokens',
  max_tokens: 'max_tokens',
  // Mistral, and Z.ai.
  model_length: 'max_tokens',
  model_context_window_exceeded: 'model_context_window_exceeded',
  content_filter: 'refusal',
  refusal: 'refusal',
  // Gemini, and Z.ai.
  safety: 'refusal',
  recitation: 'refusal',
  prohibited_content: 'refusal',
  blocklist: 'refusal',
  spii: 'refusal',
  sensitive: 'refusal',
  // Gemini, where the model wrote what is no call: the answer is empty, and the next one is not.
  malformed_function_call: null,
  unexpected_tool_call: null,
  function_call_filter: null,
  // OpenRouter, DeepSeek (api-docs.deepseek.com), Z.ai, and vLLM when it is shut down.
  error: null,
  insufficient_system_resource: null,
  network_error: null,
  abort: null,
}
