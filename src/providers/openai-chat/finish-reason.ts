import type { StopReason } from '../translation/events.ts'

/**
 * Servers say "stop" after tool calls, and "tool_calls" without one; a client that reads
 * `end_turn` leaves its tool loop, so what was sent decides.
 */
export function toStopReason(finishReason: string | null, calledTools: boolean): StopReason {
  if (calledTools) return 'tool_use'
  switch (finishReason) {
    case 'length':
      return 'max_tokens'
    case 'content_filter':
      return 'refusal'
    default:
      return 'end_turn'
  }
}
