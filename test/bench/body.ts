/** The size of a turn in the middle of a working day with Claude Code, in bytes. */
const SIZE = 50_000

/** What Claude Code says in its headers; a proxy has to read and sort them. */
export const HEADERS: Record<string, string> = {
  authorization: 'Bearer bench',
  'content-type': 'application/json',
  'user-agent': 'claude-cli/2.1.330 (external, cli)',
  'x-app': 'cli',
  'x-claude-code-session-id': '7d1c2f0a-6a35-4d0e-9a53-0d7d3e6f1b52',
  'anthropic-version': '2023-06-01',
  'anthropic-beta': 'claude-code-20250219,effort-2025-11-24,context-management-2025-06-27',
}

/**
 * A request as Claude Code makes it, 50 KB of it: system blocks, 16 tools with their schemas, and
 * turns of thinking, tool calls and results until it is long enough. The same bytes every time.
 */
export function requestBody(model: string, stream: boolean): string {
  const messages: object[] = [user({ type: 'text', text: 'Why does the upload test fail on CI?' })]
  const body = { model, messages, ...REST, stream }
  let size = JSON.stringify(body).length
  for (let turn = 0; size < SIZE; turn++) {
    const added = turnOf(turn)
    messages.push(...added)
    size += JSON.stringify(added).length
  }
  return JSON.stringify(body)
}

function turnOf(turn: number): object[] {
  const id = `toolu_01${String(turn).padStart(22, '0')}`
  const file = `/home/ada/shop/src/upload/part-${turn}.ts`
  const assistant = [
    { type: 'thinking', thinking: prose(250), signature: 'EqoBCkYIBxgCKkDq'.repeat(12) },
    { type: 'text', text: `Let me look at part ${turn}.` },
    { type: 'tool_use', id, name: 'Tool0', input: { first: file, second: 'export', third: 'ts' } },
  ]
  const result = { type: 'tool_result', tool_use_id: id, content: source(1000) }
  return [{ role: 'assistant', content: assistant }, user(result)]
}

function user(...content: object[]): object {
  return { role: 'user', content }
}

function prose(length: number): string {
  return 'Read before you write, and change as little as the task at hand needs. '
    .repeat(length / 70 + 1)
    .slice(0, length)
}

/** Quotes, tabs and line breaks: what a reader of JSON has to unescape. */
function source(length: number): string {
  return `\tif (response.status === 429) {\n\t\tawait retry("upload", { after: 'a while' }) // ≥ 1 s\n\t}\n`
    .repeat(length / 95 + 1)
    .slice(0, length)
}

function tool(index: number): object {
  const parameter = { type: 'string', description: prose(120) }
  return {
    name: `Tool${index}`,
    description: prose(400),
    input_schema: {
      type: 'object',
      properties: { first: parameter, second: parameter, third: parameter },
      required: ['first'],
    },
  }
}

const cached = { cache_control: { type: 'ephemeral' } }

const REST = {
  system: [
    { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.330; cc_entrypoint=cli;' },
    { type: 'text', text: 'You are a careful colleague of a programmer.', ...cached },
    { type: 'text', text: prose(12_000), ...cached },
  ],
  tools: Array.from({ length: 16 }, (_, index) => tool(index)),
  metadata: { user_id: JSON.stringify({ device_id: 'be'.repeat(32), session_id: 'bench' }) },
  max_tokens: 32_000,
  thinking: { type: 'adaptive' },
  output_config: { effort: 'medium' },
  context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
}
