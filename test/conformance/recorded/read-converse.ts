import { frames } from './framing.ts'
import { foreignCall, foreignThinking, type Reading } from './reading.ts'

interface Usage {
  inputTokens: number
  outputTokens: number
  cacheReadInputTokens?: number
  cacheWriteInputTokens?: number
}

interface Block {
  text?: string
  reasoningContent?: { reasoningText: { text: string } }
  toolUse?: { toolUseId: string; name: string; input: unknown }
}

interface Answer {
  output: { message: { content: Block[] } }
  stopReason: string
  usage: Usage
}

/** Members of all events; which it is stands in the frame's header. */
interface Event {
  contentBlockIndex: number
  start?: { toolUse?: { toolUseId: string; name: string } }
  delta?: { text?: string; reasoningContent?: { text?: string }; toolUse?: { input: string } }
  stopReason?: string
  usage?: Usage
}

export function readConverse(body: Uint8Array, streamed: boolean): Reading {
  if (streamed) return readEvents(frames(body).map(({ payload }) => JSON.parse(payload)))
  const { output, stopReason, usage }: Answer = JSON.parse(new TextDecoder().decode(body))
  const content = output.message.content.map(({ text, reasoningContent, toolUse }) => {
    if (reasoningContent) return foreignThinking(reasoningContent.reasoningText.text)
    if (!toolUse) return { type: 'text', text }
    return foreignCall(toolUse.toolUseId, toolUse.name, JSON.stringify(toolUse.input))
  })
  return { content, stop: stopOf(stopReason), usage: tokens(usage) }
}

interface Growing {
  text: string
  thinking: string
  call: { toolUseId: string; name: string; json: string } | null
}

function readEvents(events: Event[]): Reading {
  const blocks: Growing[] = []
  let stop: string | null = null
  let usage: Usage | null = null
  for (const event of events) {
    stop = event.stopReason ?? stop
    usage = event.usage ?? usage
    const { contentBlockIndex: index, start, delta } = event
    if (!start && !delta) continue
    // Only a tool's block is announced.
    blocks[index] ??= { text: '', thinking: '', call: null }
    const block = blocks[index]
    if (start?.toolUse) block.call = { ...start.toolUse, json: '' }
    block.text += delta?.text ?? ''
    block.thinking += delta?.reasoningContent?.text ?? ''
    if (block.call) block.call.json += delta?.toolUse?.input ?? ''
  }
  const content = blocks.flatMap(({ text, thinking, call }): unknown[] => {
    if (call) return [foreignCall(call.toolUseId, call.name, call.json)]
    if (thinking) return [foreignThinking(thinking)]
    return text.trim() === '' ? [] : [{ type: 'text', text }]
  })
  return { content, stop: stop && stopOf(stop), usage: tokens(usage) }
}

function stopOf(reason: string): string {
  return { guardrail_intervened: 'refusal', content_filtered: 'refusal' }[reason] ?? reason
}

/** Bedrock counts cached tokens beside the input, as Anthropic does. */
function tokens(usage: Usage | null): Reading['usage'] {
  return {
    input: usage?.inputTokens ?? 0,
    output: usage?.outputTokens ?? 0,
    cacheRead: usage?.cacheReadInputTokens ?? 0,
    cacheWrite: usage?.cacheWriteInputTokens ?? 0,
    thinking: 0,
  }
}
