import { isRecord } from '../json.ts'
import type { Block, CountTokensBody, Message, Tool } from '../messages/request.ts'
import type { Provider } from '../providers/provider.ts'
import type { Target } from './target.ts'

/**
 * Tools that Anthropic defines: web search and its kind run at Anthropic, in the middle of an answer,
 * and `bash` or `memory` at the client, but only Claude was taught them. A request that names one
 * elsewhere is refused, or answered by a model that was never told that it cannot search.
 */

/** Whether a target knows the tool of this name, without its version. */
export type Knows = (name: string) => boolean

export function toolsKnownAt(target: Target, provider: Provider): Knows {
  return (name) =>
    (AT_THE_CLIENT.has(name) ? provider.isClaude?.(target) : provider.runsTool?.(name, target)) ??
    false
}

const AT_THE_CLIENT = new Set(['bash', 'text_editor', 'memory', 'computer', 'browser'])

/** What a request asks for and would have to do without, by the names a model knows. */
export function missingTools({ tools }: Pick<CountTokensBody, 'tools'>, knows: Knows): string[] {
  // Without tool search all tools are loaded from the start: nothing is lost.
  const missed = (tools ?? []).filter((tool) => isMissing(tool, knows) && !isSearch(tool))
  return [...new Set(missed.map(nameOf))]
}

/**
 * The body for a target that does not know some of these tools: they go, the model is told so at the
 * end of the system prompt, and what they gave in earlier turns becomes text. The very same object
 * where nothing has to change; what changes depends on the body and on the target alone.
 */
export function withoutMissingTools<Body extends CountTokensBody>(body: Body, knows: Knows): Body {
  const messages = inWords(body.messages, knows)
  const spoken = messages === body.messages ? body : { ...body, messages }
  const all = body.tools ?? []
  const tools = all.filter((tool) => !isMissing(tool, knows))
  if (tools.length === all.length) return spoken
  const missing = missingTools(body, knows)
  const changes: Record<string, unknown> = {
    system: missing.length > 0 ? withNote(body.system, missing) : body.system,
    tools: loaded(tools, all),
    tool_choice: choiceAmong(tools, body.tool_choice),
    ...(!knows('mcp') && { mcp_servers: undefined }),
    ...(!knows('code_execution') && { container: undefined }),
  }
  const members = Object.entries({ ...spoken, ...changes })
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as Body
}

const VERSION = /_\d{8}$/

function isMissing({ type }: Tool, knows: Knows): boolean {
  if (type == null || (!VERSION.test(type) && type !== 'mcp_toolset')) return false
  return !knows(toolOf(type))
}

/** The tool behind a name with a version or a part in it: `bash_code_execution`. */
function toolOf(name: string): string {
  if (name.startsWith('tool_search')) return 'tool_search'
  if (/code_execution/.test(name)) return 'code_execution'
  return name.startsWith('mcp') ? 'mcp' : name.replace(VERSION, '')
}

function isSearch({ type }: Tool): boolean {
  return type?.startsWith('tool_search') ?? false
}

/** What the model would call it by. */
function nameOf(tool: Tool): string {
  const server = 'mcp_server_name' in tool ? tool.mcp_server_name : null
  return typeof server === 'string' ? `the tools of ${server}` : (tool.name ?? tool.type ?? '')
}

/** The tools that are left; without the search that finds them, deferred ones as any other. */
function loaded(tools: Tool[], all: readonly Tool[]): Tool[] | undefined {
  if (tools.length === 0) return undefined
  const isSearched = all.filter(isSearch).every((search) => tools.includes(search))
  return isSearched ? tools : tools.map(({ defer_loading: _, ...tool }) => tool)
}

/** A choice that names a tool which is gone leaves it to the model. */
function choiceAmong(tools: readonly Tool[], choice: CountTokensBody['tool_choice']): unknown {
  if (!choice || tools.length === 0) return undefined
  if (choice.type !== 'tool' || tools.some(({ name }) => name === choice.name)) return choice
  const { name: _, ...rest } = choice
  return { ...rest, type: 'auto' }
}

/** Behind all that the client wrote, so that the prefix it has cached stays what it is. */
function withNote(system: CountTokensBody['system'], missing: string[]): Block[] | string {
  const note =
    `Not available in this conversation, although you may have been told otherwise: ` +
    `${missing.join(', ')}. Where that would have been needed, say that it was not available; ` +
    'never make up what it would have returned.'
  if (system === undefined || system === '') return note
  if (typeof system === 'string') return `${system}\n\n${note}`
  return [...system, { type: 'text', text: note }]
}

/** What ran at Anthropic in earlier turns, as text in its place. */
function inWords(messages: Message[], knows: Knows): Message[] {
  const isForeign = (block: Block) => {
    const tool = toolBehind(block)
    return tool !== null && !knows(tool)
  }
  const said = messages.map((message) => {
    const { role, content } = message
    if (role !== 'assistant' || typeof content === 'string') return message
    if (!content.some(isForeign)) return message
    const blocks = content.map((block) => (isForeign(block) ? asText(block) : withoutSource(block)))
    return { ...message, content: blocks }
  })
  return said.some((message, index) => message !== messages[index]) ? said : messages
}

/** The server tool that a block is a call or a result of. */
function toolBehind({ type, name }: Block): string | null {
  if (type === 'server_tool_use') return toolOf(name ?? type)
  if (type === 'mcp_tool_use') return 'mcp'
  const result = /^(.+)_tool_result$/.exec(type)?.[1]
  return result === undefined ? null : toolOf(result)
}

function asText({ type, name, input, content }: Block): Block {
  const text = type.endsWith('_use')
    ? `[Called ${name} with ${inJson(input)}]`
    : `[${type.replaceAll('_', ' ')}: ${inJson(content)}]`
  return { type: 'text', text }
}

/** A citation points into a result that is no longer there. */
function withoutSource(block: Block): Block {
  return block.type === 'text' && 'citations' in block
    ? { type: 'text', text: block.text ?? '' }
    : block
}

/** Without what only Anthropic can read. */
function inJson(content: unknown): string {
  return JSON.stringify(content ?? null, (key, value: unknown) => {
    const isUnreadable =
      key.startsWith('encrypted_') || (isRecord(value) && value.type === 'base64')
    return isUnreadable ? undefined : value
  })
}
