import { isRecord, tryParse } from '../../json.ts'
import { badAnswer } from '../failure.ts'
import type { AnthropicEvent, ContentBlock, Delta } from './events.ts'
import { isLegalName, toWireName } from './names.ts'
import { type Detail, hasSubstance, mergeDetails, type Origin, signThinking } from './thinking.ts'

/** A part of a tool call, or all of it, in the shape Chat Completions has for it. */
export interface ToolCallPiece {
  index?: number | null
  id?: string | null
  /** `arguments` is a string by contract; some servers send the object itself. */
  function?: { name?: string | null; arguments?: unknown } | null
}

/** What turns the model's calls into the client's. */
export interface CallNames {
  /** From the name that was offered to the name the client knows. */
  tools: ReadonlyMap<string, string>
  /** Ids that stand in the conversation already. */
  usedIds: ReadonlySet<string>
}

interface Waiting {
  /** Not sent yet. */
  pending: string
  isOpen: boolean
}
type TextBlock = Waiting & { kind: 'text' }
type ThinkingBlock = Waiting & { kind: 'thinking'; details: Detail[] }
type ToolBlock = Waiting & { kind: 'tool'; index: number; id: string; name: string; json: string }
type OpenBlock = TextBlock | ThinkingBlock | ToolBlock

/**
 * Content blocks in Anthropic's order: one after the other, each started, filled and stopped. Only
 * the block at the head of the line is sent as it grows; those behind it wait. Text gives way to
 * whatever comes next, a tool call only when its arguments are whole, since calls may interleave.
 */
export class BlockLine {
  calledTools = false
  /** Whether a call ended inside its arguments. */
  brokeOff = false
  /** Whether the last block is a call without arguments: all of it, unless something cut it off. */
  endsBare = false
  /** Characters of content so far. */
  length = 0

  readonly #origin: Origin
  readonly #names: CallNames
  readonly #ids = new Set<string>()
  #line: OpenBlock[] = []
  #calls: ToolBlock[] = []
  #next = 0

  constructor(origin: Origin, names: CallNames) {
    this.#origin = origin
    this.#names = names
  }

  get isEmpty(): boolean {
    return this.#next === 0 && this.#line.every(isBlank)
  }

  addText(text: string): void {
    if (!text) return
    const tail = this.#line.at(-1)
    if (tail?.kind === 'text') tail.pending += text
    else this.#line.push({ kind: 'text', pending: text, isOpen: false })
    this.length += text.length
  }

  addThinking(text: string, details: readonly Detail[]): void {
    const tail = this.#line.at(-1)
    if (!text && !details.some(hasSubstance)) return
    const block: ThinkingBlock =
      tail?.kind === 'thinking'
        ? tail
        : { kind: 'thinking', pending: '', isOpen: false, details: [] }
    if (block !== tail) this.#line.push(block)
    block.pending += text
    mergeDetails(block.details, details)
    this.length += text.length
  }

  addToolCall(piece: ToolCallPiece): void {
    if (!piece.id && !piece.function?.name && !piece.function?.arguments) return
    const call = this.#callFor(piece)
    const json = argumentsText(piece.function?.arguments, call.json)
    call.id ||= piece.id ?? ''
    call.name ||= piece.function?.name ?? ''
    // A server that repeats a finished call has nothing to add to it.
    if (!this.#line.includes(call)) return
    call.pending += json
    call.json += json
    this.length += json.length
  }

  /** The events that can be sent now; with `isLast` the line is emptied. */
  *drain(isLast: boolean): Generator<AnthropicEvent> {
    for (let head = this.#line[0]; head; head = this.#line[0]) {
      const isFinal = isLast || this.#line.length > 1
      if (isFinal && isBlank(head)) {
        this.#line.shift()
        continue
      }
      if (!head.isOpen && !isReady(head, isLast)) return
      if (!head.isOpen) yield this.#start(head)
      if (head.pending) yield this.#delta(deltaOf(head))
      head.pending = ''
      if (!isLast && !(isFinal && isWhole(head))) return
      yield* this.#stop(head)
    }
  }

  #callFor(piece: ToolCallPiece): ToolBlock {
    const { index, id } = piece
    const known =
      (index == null && id ? this.#calls.findLast((call) => call.id === id) : undefined) ??
      this.#calls.findLast((call) => index == null || call.index === index)
    if (known && !startsAnother(piece, known)) return known
    const call: ToolBlock = {
      kind: 'tool',
      pending: '',
      isOpen: false,
      index: index ?? this.#calls.length,
      id: '',
      name: '',
      json: '',
    }
    this.#calls.push(call)
    this.#line.push(call)
    return call
  }

  #start(block: OpenBlock): AnthropicEvent {
    if (block.kind === 'tool' && !block.name) {
      throw badAnswer(this.#origin.provider, 'a tool call names no tool')
    }
    block.isOpen = true
    return { type: 'content_block_start', index: this.#next, content_block: this.#empty(block) }
  }

  #empty(block: OpenBlock): ContentBlock {
    if (block.kind === 'text') return { type: 'text', text: '' }
    if (block.kind === 'thinking') return { type: 'thinking', thinking: '', signature: '' }
    this.calledTools = true
    // A name the model made up is refused like an id when the conversation moves to Claude.
    const wireName = toWireName(block.name)
    const name = this.#names.tools.get(wireName) ?? wireName
    return { type: 'tool_use', id: this.#clientId(block.id), name, input: {} }
  }

  /**
   * Some servers send no id, the same for every call, or characters that Claude refuses when the
   * conversation moves there; the client gets a new one.
   */
  #clientId(id: string): string {
    const isFree = !this.#ids.has(id) && !this.#names.usedIds.has(id)
    const own =
      isFree && isLegalName(id, 64) ? id : `toolu_${crypto.randomUUID().replaceAll('-', '')}`
    this.#ids.add(own)
    return own
  }

  #delta(delta: Delta): AnthropicEvent {
    return { type: 'content_block_delta', index: this.#next, delta }
  }

  *#stop(block: OpenBlock): Generator<AnthropicEvent> {
    if (block.kind === 'thinking') {
      const signature = signThinking(this.#origin, block.details)
      yield this.#delta({ type: 'signature_delta', signature })
    }
    this.endsBare = block.kind === 'tool' && !block.json.trim()
    if (block.kind === 'tool') {
      if (this.endsBare) yield this.#delta({ type: 'input_json_delta', partial_json: '{}' })
      else this.brokeOff ||= !isWhole(block)
    }
    yield { type: 'content_block_stop', index: this.#next }
    this.#next++
    this.#line.shift()
  }
}

/**
 * Some servers send every call under index 0 or none, told apart by their ids; some send no ids
 * either, and each call whole.
 */
function startsAnother({ index, id, function: called }: ToolCallPiece, known: ToolBlock): boolean {
  if (!called?.name) return false
  if (id) return id !== known.id && (known.id !== '' || index == null)
  return !known.id && Boolean(argumentsText(called.arguments)) && isWhole(known)
}

/**
 * Models put line feeds between their thoughts and a call; Claude refuses a conversation with text
 * blocks of nothing else.
 */
function isBlank(block: OpenBlock): boolean {
  return block.kind === 'text' && !block.isOpen && !block.pending.trim()
}

/** Enough is known to start it. A call without an id gets one of ours once its arguments came. */
function isReady(block: OpenBlock, isLast: boolean): boolean {
  if (block.kind !== 'tool') return !isBlank(block)
  return isLast || (Boolean(block.name) && (Boolean(block.id) || isWhole(block)))
}

function isWhole(block: OpenBlock): boolean {
  if (block.kind !== 'tool') return true
  return block.json.trimEnd().endsWith('}') && isRecord(tryParse(block.json))
}

function deltaOf(block: OpenBlock): Delta {
  if (block.kind === 'text') return { type: 'text_delta', text: block.pending }
  if (block.kind === 'thinking') return { type: 'thinking_delta', thinking: block.pending }
  return { type: 'input_json_delta', partial_json: block.pending }
}

/** `null` instead of arguments is none; behind others it is a value among them. */
function argumentsText(value: unknown, before = ''): string {
  if (typeof value === 'string') return value === 'null' && !before ? '' : value
  return isRecord(value) ? JSON.stringify(value) : ''
}
