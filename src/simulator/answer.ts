import { isRecord } from '../json.ts'
import { objectsIn } from './json.ts'
import type { SimulatedCall, Step, TextStep, ToolCall, Usage } from './steps.ts'
import { signThought } from './thoughts.ts'

/** An answer before it is put into the words of a wire. */
export interface Answer {
  model: string
  blocks: AnswerBlock[]
  stopReason: 'end_turn' | 'max_tokens' | 'tool_use'
  usage: Usage
}

export type AnswerBlock =
  | { type: 'thinking'; deltas: string[]; signature: string }
  | { type: 'text'; deltas: string[] }
  | { type: 'tool_use'; name: string; input: Record<string, unknown>; deltas: string[] }

const HELPFUL_TEXT =
  'I looked at the code and found the cause: the timeout is read once at start and never again, ' +
  'so a reload has no effect. I moved the read into the loop and added a test that changes the ' +
  'value while it runs. All tests pass. Shall I commit it? '

/**
 * The answer a step stands for; one that breaks it and brings no text of its own gets one that is
 * long enough to break.
 */
export function composeAnswer(step: Step, call: SimulatedCall): Answer {
  const blocks = blocksOf(step, call.model)
  const written = 'usage' in step ? step.usage : undefined
  return {
    model: call.model,
    blocks,
    stopReason: stopReasonOf(step),
    usage: { ...countUsage(call, blocks), ...written },
  }
}

/** About what a tokenizer would say of a request: a quarter of its characters. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4)
}

function blocksOf(step: Step, model: string): AnswerBlock[] {
  if (step.kind === 'tool') {
    return [...thinkingBlocks(step, model), ...textBlocks(step.text), ...step.calls.map(toolBlock)]
  }
  if (step.kind === 'text') return [...thinkingBlocks(step, model), textBlock(step)]
  if ('text' in step && step.text !== undefined) {
    return [textBlock({ kind: 'text', text: step.text })]
  }
  const after = 'after' in step ? step.after : 0
  return [textBlock({ kind: 'text', deltas: Math.max(20, after + 1) })]
}

function textBlocks(text: string | undefined): AnswerBlock[] {
  return text ? [textBlock({ kind: 'text', text })] : []
}

function thinkingBlocks({ thinking }: { thinking?: string }, model: string): AnswerBlock[] {
  if (thinking === undefined) return []
  return [{ type: 'thinking', deltas: wordsOf(thinking), signature: signThought(model, thinking) }]
}

function textBlock(step: TextStep): AnswerBlock {
  if (step.text !== undefined) {
    return {
      type: 'text',
      deltas: step.deltas ? split(step.text, step.deltas) : wordsOf(step.text),
    }
  }
  const words = wordsOf(HELPFUL_TEXT)
  const deltas = Array.from(
    { length: step.deltas ?? words.length },
    (_, index) => words[index % words.length] ?? '',
  )
  return { type: 'text', deltas }
}

/** The first fragment is empty, as Anthropic's is; a tool without arguments sends nothing else. */
function toolBlock({ name, input }: ToolCall): AnswerBlock {
  const json = Object.keys(input).length > 0 ? JSON.stringify(input) : ''
  return { type: 'tool_use', name, input, deltas: ['', ...(json.match(/.{1,12}/gsu) ?? [])] }
}

function wordsOf(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? []
}

/** In code points, so that no piece ends within a surrogate pair. */
function split(text: string, pieces: number): string[] {
  const points = [...text]
  const length = Math.min(pieces, points.length)
  const at = (index: number) => Math.floor((index * points.length) / length)
  return Array.from({ length }, (_, index) => points.slice(at(index), at(index + 1)).join(''))
}

function stopReasonOf(step: Step): Answer['stopReason'] {
  if (step.kind === 'tool') return 'tool_use'
  return (step.kind === 'text' && step.stopReason) || 'end_turn'
}

/**
 * Caching as a conversation sees it: the first turn writes what stands before the last breakpoint,
 * every later turn reads it and writes the little that was added since.
 */
function countUsage({ text, body }: SimulatedCall, blocks: AnswerBlock[]): Usage {
  const total = countTokens(text)
  const written = blocks.reduce((sum, block) => sum + block.deltas.join('').length, 0)
  const output = Math.max(1, Math.ceil(written / 4))
  if (!/"(cache_control|cachePoint)"/.test(text)) return usage(total, output, 0, 0)
  const fresh = Math.ceil(total / 50)
  if (isFirstTurn(body)) return usage(fresh, output, 0, total - fresh)
  const added = Math.floor((total - fresh) / 10)
  return usage(fresh, output, total - fresh - added, added)
}

function isFirstTurn(body: unknown): boolean {
  const messages = isRecord(body) ? objectsIn(body.messages) : []
  return !messages.some((message) => message.role === 'assistant')
}

function usage(input: number, output: number, read: number, creation: number): Usage {
  return {
    input_tokens: input,
    output_tokens: output,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: creation,
  }
}
