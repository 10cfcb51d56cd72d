import type { Json } from './json.ts'

/** A conversation as Claude Code would have it: what is asked next depends on what was answered. */
export interface Session {
  readonly id: string
  /** The headers and the body of the next request. */
  request(options: { stream: boolean }): { headers: Record<string, string>; body: Json }
  /** Takes the content of an answer and decides what comes next. */
  answered(content: Json[]): void
  /** True when the user has no more questions. */
  isOver(): boolean
}

export interface SessionSettings {
  model: string
  /** The session that a subagent works for, and its name. */
  works?: { for: string; as: string }
  random: () => number
}

export function createSession({ model, works, random }: SessionSettings): Session {
  const id = works?.for ?? crypto.randomUUID()
  const prompts = [...PROMPTS].sort(() => random() - 0.5).slice(0, 2 + Math.floor(random() * 4))
  const messages: Json[] = [{ role: 'user', content: textOf(prompts.shift() ?? '') }]
  let tools = TOOLS
  let isOver = false

  return {
    id,
    isOver: () => isOver,

    request: ({ stream }) => ({
      headers: headersFor(id, works?.as),
      body: bodyFor({ session: id, model, system: SYSTEM, tools, messages, stream }),
    }),

    answered(content) {
      messages.push({ role: 'assistant', content })
      const calls = content.filter((block) => block.type === 'tool_use')
      const prompt = calls.length > 0 ? undefined : prompts.shift()
      isOver = calls.length === 0 && prompt === undefined
      if (calls.length > 0) messages.push({ role: 'user', content: calls.map(resultOf) })
      if (prompt !== undefined) messages.push({ role: 'user', content: textOf(prompt) })
      if (random() < SERVER_COMES_OR_GOES) tools = tools === TOOLS ? MORE_TOOLS : TOOLS
    },
  }
}

/** What Claude Code asks its small model for at the beginning of a session. */
export function titleRequest(session: string): ReturnType<Session['request']> {
  const messages = [{ role: 'user', content: textOf(`Write a title for: ${PROMPTS[0]}`) }]
  const body = { session, model: 'claude-haiku-4-5', system: TITLE, tools: [], messages }
  return { headers: headersFor(session), body: bodyFor({ ...body, stream: false }) }
}

/** How often an MCP server connects or goes away in the middle of a session: its tools with it. */
const SERVER_COMES_OR_GOES = 0.06

const PROMPTS = [
  'Why does the upload test fail on CI but not here?',
  'Find every place that builds an endpoint URL and make it one function.',
  'Is the legacy importer still used anywhere?',
  'Add a retry to the webhook sender, and a test for it.',
  'Explain what the retry loop does when the server says no.',
  'Which of these tests would fail if the clock went backwards?',
] as const

function textOf(text: string): Json[] {
  return [{ type: 'text', text }]
}

function resultOf(call: Json): Json {
  const lines = Array.from({ length: 60 }, (_, line) => `${line + 1}\t  await send(parts[${line}])`)
  return { type: 'tool_result', tool_use_id: call.id, content: lines.join('\n') }
}

const BETAS = [
  ...['claude-code-20250219', 'interleaved-thinking-2025-05-14', 'effort-2025-11-24'],
  'context-management-2025-06-27',
]

function headersFor(session: string, agent?: string): Record<string, string> {
  return {
    authorization: 'Bearer demo',
    'content-type': 'application/json',
    'user-agent': 'claude-cli/2.1.330 (external, demo)',
    'x-app': 'cli',
    'x-claude-code-session-id': session,
    ...(agent && { 'x-claude-code-agent-id': agent }),
    'anthropic-version': '2023-06-01',
    'anthropic-beta': BETAS.join(','),
  }
}

interface Said {
  session: string
  model: string
  system: string
  tools: Json[]
  messages: Json[]
  stream: boolean
}

function bodyFor({ session, model, system, tools, messages, stream }: Said): Json {
  const isSmall = model.includes('haiku')
  return {
    model,
    messages: withBreakpoint(messages),
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.330; cc_entrypoint=cli;' },
      { type: 'text', text: system, cache_control: { type: 'ephemeral' } },
    ],
    tools,
    metadata: { user_id: JSON.stringify({ device_id: 'de0'.repeat(21), session_id: session }) },
    max_tokens: isSmall ? 512 : 32_000,
    ...(!isSmall && THINKING),
    stream,
  }
}

const THINKING = {
  thinking: { type: 'adaptive' },
  output_config: { effort: 'medium' },
  context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
}

/** Claude Code marks the end of the newest turn, so that the next one finds it in the cache. */
function withBreakpoint(messages: Json[]): Json[] {
  const last = messages.at(-1)
  if (!last || !Array.isArray(last.content)) return messages
  const content = last.content.with(-1, {
    ...last.content.at(-1),
    cache_control: { type: 'ephemeral' },
  })
  return messages.with(-1, { ...last, content })
}

const SYSTEM =
  'You help a programmer in the folder /home/ada/shop, a web shop in TypeScript. Read before you ' +
  'write, change as little as the task needs, and run the tests before you say that you are done. '.repeat(
    120,
  )

const TITLE = 'Give the conversation a title of a few words.'

const TOOLS = [
  toolOf('Read', 'Reads a file.', 'file_path'),
  toolOf('Bash', 'Runs a command.', 'command', 'description'),
  toolOf('Grep', 'Searches files for a pattern.', 'pattern', 'path'),
]

const MORE_TOOLS = [
  ...TOOLS,
  toolOf('mcp__tracker__list_issues', 'Lists the issues of a project.', 'project', 'state'),
]

function toolOf(name: string, description: string, ...parameters: [string, ...string[]]): Json {
  const properties = Object.fromEntries(
    parameters.map((parameter) => [parameter, { type: 'string' }]),
  )
  const input_schema = { type: 'object', properties, required: parameters.slice(0, 1) }
  return { name, description, input_schema }
}
