import { isRecord } from '../json.ts'
import type { StreamEvent } from './whole-events.ts'

/** What the client has heard of an answer, for someone else to carry on from. */
export interface Said {
  /** The text blocks, in order. */
  readonly texts: readonly string[]
  /** Characters of text and of thinking. */
  readonly length: number
  /** The text block that has no end yet. */
  readonly openIndex: number | null
  readonly nextIndex: number
  /** Whether somebody else could carry on so that nobody notices. */
  readonly isContinuable: boolean
  hear(event: StreamEvent): void
}

/** Far above any answer there is; a stream that goes on for ever must not take our memory. */
const MAX_CHARACTERS = 1_000_000

export function createSaid(): Said {
  const texts: string[] = []
  let length = 0
  let openIndex: number | null = null
  let nextIndex = 0
  let hasThought = false
  let isThinking = false
  // A tool call cannot be half from one model and half from another.
  let isOnlyText = true

  function start(index: number, block: unknown) {
    const type = isRecord(block) ? block.type : undefined
    nextIndex = index + 1
    if (type === 'text') {
      openIndex = index
      texts.push('')
      if (isRecord(block)) add(block.text)
    } else if (type === 'thinking' || type === 'redacted_thinking') {
      hasThought = true
      isThinking = true
    } else {
      isOnlyText = false
    }
  }

  function add(text: unknown) {
    if (typeof text !== 'string' || length > MAX_CHARACTERS) return
    length += text.length
    texts.push((texts.pop() ?? '') + text)
  }

  return {
    texts,
    get length() {
      return length
    },
    get openIndex() {
      return openIndex
    },
    get nextIndex() {
      return nextIndex
    },
    get isContinuable() {
      if (!isOnlyText || isThinking || length > MAX_CHARACTERS) return false
      return !hasThought || texts.some((text) => text.trim() !== '')
    },
    hear({ type, data }) {
      if (type === 'content_block_start') start(Number(data.index), data.content_block)
      if (type === 'content_block_delta' && isRecord(data.delta)) {
        if (typeof data.delta.thinking === 'string') length += data.delta.thinking.length
        if (openIndex !== null) add(data.delta.text)
      }
      if (type === 'content_block_stop') {
        openIndex = null
        isThinking = false
      }
    },
  }
}
