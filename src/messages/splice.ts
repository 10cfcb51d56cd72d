import { isRecord } from '../json.ts'
import { overlapOf } from './overlap.ts'
import type { Said } from './said.ts'
import { addUsage, emptyUsage, mergeUsage, type Usage, usageOnWire } from './usage.ts'
import type { StreamEvent } from './whole-events.ts'

export interface SpliceSettings {
  /** What the broken answers took, to be added to the usage of this one. */
  before: Usage
  /** The model was asked in a turn of its own to go on, and may say the last words again. */
  mayRepeat: boolean
}

/**
 * Turns the events of a second answer into the rest of the first: its text goes on in the block
 * that is still open, what else it has follows behind, and it does not think aloud. `said` has to
 * hear every event this gives.
 */
export function createSplice(
  said: Said,
  { before, mayRepeat }: SpliceSettings,
): (event: StreamEvent) => Generator<StreamEvent> {
  const saidBefore = said.texts.join('')
  const usage = emptyUsage()
  /** From its indexes to the client's; what the client shall not see has none. */
  const indexes = new Map<unknown, number>()
  /** The beginning of its text, as long as it may be a repetition. */
  let held: string | null = ''
  /** The start of a block of which nothing may be left. */
  let unopened: StreamEvent | null = null

  return function* spliced(event) {
    const { type, data } = event
    switch (type) {
      case 'message_start':
        if (isRecord(data.message)) mergeUsage(usage, data.message.usage)
        return
      case 'content_block_start':
        return yield* start(event)
      case 'content_block_delta':
        return yield* delta(event)
      case 'content_block_stop':
        if (indexes.has(data.index)) yield* release(data.index, true)
        if (indexes.has(data.index) && unopened === null) yield placed(event)
        unopened = null
        return
      case 'message_delta': {
        yield* closeOpen()
        mergeUsage(usage, data.usage)
        const own = isRecord(data.usage) ? data.usage : {}
        yield {
          type,
          data: { ...data, usage: { ...own, ...usageOnWire(addUsage(before, usage)) } },
        }
        return
      }
      default:
        yield event
    }
  }

  function* start(event: StreamEvent): Generator<StreamEvent> {
    const { index, content_block: block } = event.data
    if (!isRecord(block)) return
    if (block.type === 'thinking' || block.type === 'redacted_thinking') return
    if (block.type === 'text' && held !== null) {
      indexes.set(index, said.openIndex ?? said.nextIndex)
      if (typeof block.text === 'string') held += block.text
      const empty = { ...event.data, content_block: { ...block, text: '' } }
      if (said.openIndex === null) unopened = placed({ ...event, data: empty })
      return
    }
    yield* closeOpen()
    held = null
    indexes.set(index, said.nextIndex)
    yield placed(event)
  }

  function* delta(event: StreamEvent): Generator<StreamEvent> {
    const { index, delta } = event.data
    if (!indexes.has(index)) return
    if (held === null) return yield placed(event)
    const isText = isRecord(delta) && typeof delta.text === 'string'
    if (isText) held += delta.text
    yield* release(index, !isText)
    if (isText) return
    if (unopened) yield unopened
    unopened = null
    yield placed(event)
  }

  /** Hands out what was held back, less what has been said before. */
  function* release(index: unknown, isWhole: boolean): Generator<StreamEvent> {
    if (held === null) return
    const overlap = overlapOf(saidBefore, held, { mayRepeat, isWhole })
    if (overlap === null) return
    const text = held.slice(overlap)
    held = null
    if (text === '') return
    if (unopened) yield unopened
    unopened = null
    const delta = { type: 'text_delta', text }
    yield placed({
      type: 'content_block_delta',
      data: { type: 'content_block_delta', index, delta },
    })
  }

  function* closeOpen(): Generator<StreamEvent> {
    const { openIndex: index } = said
    const type = 'content_block_stop'
    if (index !== null) yield { type, data: { type, index } }
  }

  function placed({ type, data }: StreamEvent): StreamEvent {
    return { type, data: { ...data, index: indexes.get(data.index) } }
  }
}
