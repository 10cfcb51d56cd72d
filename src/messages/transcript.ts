import { isRecord, tryParse } from '../json.ts'
import { eventsIn } from './whole-events.ts'

/** One block of a conversation, as a person reads it. */
export interface Part {
  kind: 'text' | 'thinking' | 'tool_call' | 'tool_result' | 'media' | 'other'
  /** The tool that is called or that answers, or the type of the block. */
  name: string | null
  text: string
  isError: boolean
  /** A prompt cache may end behind it. */
  isCacheMark: boolean
}

export interface Turn {
  role: string
  parts: Part[]
}

/** The body of a Messages request. */
export interface Prompt {
  /** What it says besides the conversation: `max_tokens`, `temperature` and the like. */
  settings: { name: string; value: string }[]
  system: Part[]
  tools: { name: string; description: string }[]
  turns: Turn[]
}

/** What came of it. */
export interface Said {
  parts: Part[]
  stopReason: string | null
  /** The error that stands in place of an answer, or at the end of one. */
  error: string | null
}

/** Null where the text is not a body, such as one that was cut. */
export function readPrompt(text: string): Prompt | null {
  const body = tryParse(text)
  if (!isRecord(body)) return null
  const { system, tools, messages, ...settings } = body
  return {
    settings: Object.entries(settings).map(([name, value]) => ({ name, value: asText(value) })),
    system: partsOf(system),
    tools: records(tools).map(({ name, type, description }) => ({
      name: asText(name ?? type),
      description: asText(description ?? ''),
    })),
    turns: turnsOf(records(messages)),
  }
}

/** Results name only the call that they answer, so that the tool is looked up there. */
function turnsOf(messages: Record<string, unknown>[]): Turn[] {
  const calls = messages
    .flatMap(({ content }) => records(content))
    .filter(({ id, name }) => typeof id === 'string' && typeof name === 'string')
  const tools = new Map(calls.map(({ id, name }) => [id, asText(name)]))
  return messages.map(({ role, content }) => ({
    role: asText(role),
    parts: partsOf(content, tools),
  }))
}

/** Reads a JSON answer, an error, or an event stream of which parts may be missing. */
export function readSaid(text: string): Said {
  const body = tryParse(text)
  if (!isRecord(body)) return fromEvents(text)
  return {
    parts: partsOf(body.content),
    stopReason: typeof body.stop_reason === 'string' ? body.stop_reason : null,
    error: errorIn(body),
  }
}

function fromEvents(text: string): Said {
  const blocks = new Map<unknown, Record<string, unknown>>()
  const said: Said = { parts: [], stopReason: null, error: null }
  for (const { type, data } of eventsIn(new TextEncoder().encode(text))) {
    const { delta, content_block } = data
    if (type === 'content_block_start' && isRecord(content_block)) {
      blocks.set(data.index, { ...content_block })
    }
    if (type === 'content_block_delta' && isRecord(delta)) {
      // Where the stream was cut, the beginning of a block may be what is missing.
      const block = blocks.get(data.index) ?? {}
      blocks.set(data.index, block)
      addTo(block, delta)
    }
    if (type === 'message_delta' && isRecord(delta) && typeof delta.stop_reason === 'string') {
      said.stopReason = delta.stop_reason
    }
    if (type === 'error') said.error = errorIn(data)
  }
  said.parts = partsOf([...blocks.values()])
  return said
}

/** Each kind of delta has the member that it goes on with. */
const DELTAS = [
  { member: 'text', block: 'text', type: 'text' },
  { member: 'thinking', block: 'thinking', type: 'thinking' },
  { member: 'partial_json', block: 'json', type: 'tool_use' },
]

function addTo(block: Record<string, unknown>, delta: Record<string, unknown>) {
  for (const { member, block: name, type } of DELTAS) {
    const more = delta[member]
    if (typeof more !== 'string') continue
    block.type ??= type
    block[name] = asText(block[name] ?? '') + more
  }
}

function errorIn({ error }: Record<string, unknown>): string | null {
  if (!isRecord(error)) return null
  return `${asText(error.type ?? 'error')}: ${asText(error.message ?? '')}`
}

/** The names of the tools that were called, by the id of the call. */
type Tools = ReadonlyMap<unknown, string>

function partsOf(content: unknown, tools: Tools = new Map()): Part[] {
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : records(content)
  return blocks.map((block) => partOf(block, tools))
}

function partOf(block: Record<string, unknown>, tools: Tools): Part {
  const { type, cache_control } = block
  return {
    ...readBlock(asText(type ?? 'unknown'), block, tools),
    isError: block.is_error === true,
    isCacheMark: isRecord(cache_control),
  }
}

function readBlock(
  type: string,
  block: Record<string, unknown>,
  tools: Tools,
): Pick<Part, 'kind' | 'name' | 'text'> {
  if (type === 'text') return { kind: 'text', name: null, text: asText(block.text ?? '') }
  if (type === 'thinking') {
    return { kind: 'thinking', name: null, text: asText(block.thinking ?? '') }
  }
  if (type === 'redacted_thinking') return { kind: 'thinking', name: 'encrypted', text: '' }
  if (type.endsWith('tool_use')) {
    return { kind: 'tool_call', name: asText(block.name ?? ''), text: inputOf(block) }
  }
  if (type.endsWith('tool_result')) {
    const name = tools.get(block.tool_use_id) ?? asText(block.tool_use_id ?? '')
    return { kind: 'tool_result', name, text: resultOf(block.content) }
  }
  if (type === 'image' || type === 'document') {
    return { kind: 'media', name: type, text: sourceOf(block) }
  }
  const { type: _, cache_control: __, ...rest } = block
  return { kind: 'other', name: type, text: asText(rest) }
}

/** A stream writes the input in pieces of JSON, and has an empty one before them. */
function inputOf({ json, input }: Record<string, unknown>): string {
  if (typeof json !== 'string') return asText(input ?? {})
  return asText(tryParse(json) ?? json)
}

function resultOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return asText(content ?? '')
  return partsOf(content)
    .map(({ kind, name, text }) => (kind === 'text' ? text : `[${name}] ${text}`))
    .join('\n')
}

function sourceOf({ source, title }: Record<string, unknown>): string {
  const { media_type, url, data } = isRecord(source) ? source : {}
  return [title, media_type, url, data]
    .filter((said) => typeof said === 'string')
    .map((said) => (said.length > 200 ? `${said.slice(0, 200)}…` : said))
    .join(' · ')
}

function records(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isRecord) : []
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value
  return JSON.stringify(value, null, 2) ?? ''
}
