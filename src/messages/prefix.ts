import { isRecord } from '../json.ts'
import { withoutBillingLine } from '../providers/claude/billing.ts'
import type { Message, MessagesBody } from './request.ts'

/** Some blocks of a prompt in their order: what each says, as a hash, and where it stands. */
export interface Part {
  hashes: Uint32Array
  places: Uint32Array
}

/** A prompt as prompt caches see it, without a word of it. */
export interface Prefix {
  model: string
  tools: Part
  system: Part
  /** Of what stands nowhere in the prompt and makes another of it all the same. */
  settings: Record<Setting, number>
  /** Block by block; the place is that of the message. */
  messages: Part
  /** The first block behind the last answer: from there on, these are the words of this turn. */
  own: number
}

/**
 * The hashes of a request. Two things are left out: `cache_control` says where a cache may be cut,
 * not what is in it, and Claude Code moves its marks with every turn; the billing line in front of
 * the system prompt changes with every request, and is known to Anthropic and kept from all others.
 * Deferred tools stand "not in the system-prompt prefix" (Claude API, tool use with prompt caching).
 */
export function prefixOf(body: MessagesBody): Prefix {
  const messages = body.messages.map((message) => blocksOf(message))
  const lastAnswer = body.messages.findLastIndex(({ role }) => role === 'assistant')
  return {
    model: body.model,
    tools: toolsOf(body),
    system: systemOf(body),
    settings: settingsOf(body),
    messages: {
      hashes: Uint32Array.from(messages.flat()),
      places: Uint32Array.from(messages.flatMap((blocks, place) => blocks.map(() => place))),
    },
    own: messages.slice(0, lastAnswer + 1).reduce((sum, blocks) => sum + blocks.length, 0),
  }
}

/**
 * The first thing in which a prompt is not what an earlier one of its conversation was, in the order
 * of the prompt: `model`, `tools[3]`, `speed`, `system[1]`, `thinking`, `messages[4]`; `none` where
 * all of it is there. A turn's own words, behind the last answer, may always be others: whoever goes
 * back in a conversation and asks anew finds the rest of it in the cache.
 */
export function changeSince(before: Prefix, now: Prefix): string {
  if (before.model !== now.model) return 'model'
  const changed = (settings: readonly Setting[]) =>
    settings.find((name) => before.settings[name] !== now.settings[name])
  return (
    wholeChange('tools', before.tools, now.tools) ??
    changed(BEFORE_SYSTEM) ??
    wholeChange('system', before.system, now.system) ??
    changed(BEFORE_MESSAGES) ??
    messageChange(before, now) ??
    'none'
  )
}

/** Whether a prompt has all of the messages of an earlier one, unchanged, before what is new. */
export function goesOn(before: Prefix, now: Prefix): boolean {
  const { length } = before.messages.hashes
  return length <= now.messages.hashes.length && firstDifference(before.messages, now.messages) < 0
}

/**
 * "Tool choice" and "Thinking parameters" make the messages invalid, "Speed setting" the system
 * prompt too (Claude API, prompt caching, what invalidates the cache). An enforced form is put into
 * the system prompt (structured outputs), and Claude Code warns that the conversation "is cached for
 * the current effort level".
 */
const BEFORE_SYSTEM = ['speed', 'format'] as const
const BEFORE_MESSAGES = ['tool_choice', 'thinking', 'effort'] as const
type Setting = (typeof BEFORE_SYSTEM)[number] | (typeof BEFORE_MESSAGES)[number]

function settingsOf(body: MessagesBody): Prefix['settings'] {
  const { thinking, tool_choice, output_config } = body
  return {
    speed: hashOf('speed' in body ? body.speed : null, 0),
    format: hashOf(output_config?.format ?? null, 0),
    tool_choice: hashOf(tool_choice ?? { type: 'auto' }, 0),
    thinking: hashOf([thinking?.type, thinking?.budget_tokens], 0),
    effort: hashOf(output_config?.effort ?? null, 0),
  }
}

function toolsOf({ tools = [] }: MessagesBody): Part {
  const loaded = [...tools.entries()].filter(([, tool]) => tool.defer_loading !== true)
  return {
    hashes: Uint32Array.from(loaded, ([, tool]) => hashOf(tool, 0)),
    places: Uint32Array.from(loaded, ([place]) => place),
  }
}

function systemOf(body: MessagesBody): Part {
  const blocks = asBlocks(withoutBillingLine(body).system ?? [])
  const leftOut = asBlocks(body.system ?? []).length - blocks.length
  return {
    hashes: Uint32Array.from(blocks, (block) => hashOf(block, 0)),
    places: Uint32Array.from(blocks, (_, index) => index + leftOut),
  }
}

/** Neighbours of one role are one message to the service, so each block is counted by itself. */
function blocksOf({ role, content }: Message): number[] {
  return asBlocks(content).map((block) => hashOf(block, ROLES[role]))
}

const ROLES = { user: 1, assistant: 2, system: 3 } as const

/** Claude Code writes as a plain string later what it wrote as a block with a mark at first. */
function asBlocks(content: string | readonly unknown[]): readonly unknown[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

/** What stands behind it is spoilt by one more of them, too. */
function wholeChange(name: string, before: Part, now: Part): string | null {
  const { length } = now.hashes
  const different = firstDifference(before, now)
  if (different < 0 && before.hashes.length === length) return null
  const index = different < 0 ? Math.min(before.hashes.length, length) : different
  return `${name}[${now.places[index] ?? before.places[index]}]`
}

function messageChange(before: Prefix, now: Prefix): string | null {
  const index = firstDifference(before.messages, now.messages)
  return index < 0 || index >= now.own ? null : `messages[${now.messages.places[index]}]`
}

/** As far as both go; -1 where there is none. */
function firstDifference({ hashes: before }: Part, { hashes: now }: Part): number {
  const length = Math.min(before.length, now.length)
  for (let index = 0; index < length; index++) if (before[index] !== now[index]) return index
  return -1
}

/** Walks through the value, since writing it as JSON first takes four times as long. */
function hashOf(value: unknown, seed: number): number {
  if (typeof value === 'string') return Bun.hash.xxHash32(value, seed)
  if (Array.isArray(value)) {
    return value.reduce((hash: number, item) => hashOf(item, hash), ends(seed, value.length))
  }
  if (!isRecord(value)) return Bun.hash.xxHash32(`${typeof value} ${value}`, seed)
  let hash = seed
  let size = 0
  for (const key in value) {
    if (key === 'cache_control') continue
    hash = hashOf(value[key], Bun.hash.xxHash32(key, hash))
    size++
  }
  return ends(hash, size)
}

/** So that `[["a"], "b"]` is not `["a", ["b"]]`; odd factors lose nothing of 32 bits. */
function ends(hash: number, size: number): number {
  return (Math.imul(hash, 31) + size + 7) >>> 0
}
