import { isRecord, tryParse } from '../../json.ts'
import type { AnthropicEvent, AnthropicMessage, ContentBlock, Delta } from './events.ts'

/** Puts the events of a whole answer together into the message they describe. */
export function collectMessage(events: Iterable<AnthropicEvent>): AnthropicMessage | null {
  let message: AnthropicMessage | null = null
  let json = ''
  for (const event of events) {
    if (event.type === 'message_start') message = event.message
    if (event.type === 'content_block_start') {
      message?.content.push(event.content_block)
      json = ''
    }
    if (event.type === 'content_block_delta') {
      if (event.delta.type === 'input_json_delta') json += event.delta.partial_json
      else grow(message?.content.at(-1), event.delta)
    }
    if (event.type === 'content_block_stop') setInput(message?.content.at(-1), json)
    if (event.type === 'message_delta' && message) {
      message.stop_reason = event.delta.stop_reason
      message.usage = event.usage
    }
  }
  return message
}

function grow(block: ContentBlock | undefined, delta: Delta): void {
  if (block?.type === 'text' && delta.type === 'text_delta') block.text += delta.text
  if (block?.type !== 'thinking') return
  if (delta.type === 'thinking_delta') block.thinking += delta.thinking
  if (delta.type === 'signature_delta') block.signature = delta.signature
}

/** What the output limit cut off cannot be read; the message says `max_tokens` then. */
function setInput(block: ContentBlock | undefined, json: string): void {
  if (block?.type !== 'tool_use') return
  const input = tryParse(json)
  block.input = isRecord(input) ? input : {}
}
