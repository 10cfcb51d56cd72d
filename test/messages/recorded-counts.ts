import { join } from 'node:path'
import { isRecord } from '../../src/json.ts'
import type { CountTokensBody, Message } from '../../src/messages/request.ts'
import { RECORDED } from '../support/recorded.ts'

/** A recorded request in Anthropic's form, and what the service said it had of input tokens. */
export interface RecordedCount {
  name: string
  model: string
  body: CountTokensBody
  tokens: number
}

type Json = Record<string, unknown>

/** Every recording whose request is whole and whose answer tells its size. */
export async function recordedCounts(): Promise<RecordedCount[]> {
  if (!RECORDED) return []
  const names = [...new Bun.Glob('*/*.json').scanSync(RECORDED)].sort()
  const counts = await Promise.all(names.map(readCount))
  return counts.filter((count) => count !== null)
}

async function readCount(file: string): Promise<RecordedCount | null> {
  const { request, response } = (await Bun.file(join(RECORDED ?? '', file)).json()) as {
    request?: { url?: string; body?: Json }
    response?: { status?: number; body?: Json; bodyFile?: string }
  }
  if (!request?.body || !request.url || response?.status !== 200) return null
  const answer = response.bodyFile
    ? await Bun.file(join(RECORDED ?? '', file, '..', response.bodyFile)).text()
    : JSON.stringify(response.body)
  const tokens = inputTokensIn(answer)
  const asked = /\/model\/([^/]+)\//.exec(request.url)?.[1]
  const model = asked ? decodeURIComponent(asked) : String(request.body.model)
  const body = anthropicBody(request.url, request.body)
  return tokens ? { name: file.replace('.json', ''), model, body, tokens } : null
}

/** Usage in any wire's words, from JSON, an event stream, or AWS frames with JSON or base64 in them. */
function inputTokensIn(answer: string): number {
  const inner = [...answer.matchAll(/"bytes":"([^"]+)"/g)].map(([, bytes = '']) => atob(bytes))
  const text = inner.length > 0 ? inner.join('\n') : answer
  const last = (name: string) => {
    const found = [...text.matchAll(new RegExp(`"${name}": ?(\\d+)`, 'g'))].at(-1)?.[1]
    return Number(found ?? 0)
  }
  const cached =
    last('cache_read_input_tokens') +
    last('cache_creation_input_tokens') +
    last('cacheReadInputTokens') +
    last('cacheWriteInputTokens')
  return last('input_tokens') + last('inputTokens') + last('prompt_tokens') + cached
}

function anthropicBody(url: string, body: Json): CountTokensBody {
  if (/\/converse(-stream)?$/.test(url)) return fromConverse(body)
  if (/\/responses(\/input_tokens)?$/.test(url)) return fromResponses(body)
  if (url.endsWith('/chat/completions')) return fromChat(body)
  const { invokeModel } = isRecord(body.input) ? body.input : {}
  const invoked: unknown = isRecord(invokeModel) ? JSON.parse(atob(String(invokeModel.body))) : body
  return invoked as CountTokensBody
}

function fromConverse({
  system,
  messages,
  toolConfig,
  additionalModelRequestFields,
}: Json): CountTokensBody {
  const specs = isRecord(toolConfig)
    ? list(toolConfig.tools).map(({ toolSpec }) => toolSpec as Json)
    : []
  const choice =
    isRecord(toolConfig) && isRecord(toolConfig.toolChoice) ? toolConfig.toolChoice : {}
  const { thinking } = (additionalModelRequestFields ?? {}) as Pick<CountTokensBody, 'thinking'>
  return {
    model: '',
    system: list(system)
      .filter(({ text }) => text)
      .map(({ text }) => ({ type: 'text', text: String(text) })),
    messages: list(messages).map(({ role, content }) => ({
      role: role as Message['role'],
      content: list(content)
        .filter(({ text }) => text)
        .map(({ text }) => ({ type: 'text', text: String(text) })),
    })),
    tools: specs.map(({ name, description, inputSchema }) =>
      tool(name, description, (inputSchema as Json).json),
    ),
    ...(('tool' in choice || 'any' in choice) && { tool_choice: { type: 'any' } }),
    ...(thinking && { thinking }),
  }
}

function fromResponses({ instructions, input, tools }: Json): CountTokensBody {
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : list(input)
  return {
    model: '',
    ...(typeof instructions === 'string' && { system: instructions }),
    messages: items.map((item): Message => {
      if (item.type === 'function_call') {
        const input = JSON.parse(String(item.arguments))
        return {
          role: 'assistant',
          content: [{ type: 'tool_use', name: String(item.name), input }],
        }
      }
      if (item.type === 'function_call_output') {
        return { role: 'user', content: [{ type: 'tool_result', content: item.output }] }
      }
      return {
        role: item.role === 'assistant' ? 'assistant' : 'user',
        content: textOf(item.content),
      }
    }),
    tools: list(tools).map(({ name, description, parameters }) =>
      tool(name, description, parameters),
    ),
  }
}

function fromChat({ messages, tools, reasoning }: Json): CountTokensBody {
  return {
    model: '',
    ...(reasoning !== undefined && { thinking: { type: 'enabled' } }),
    messages: list(messages).map((message): Message => {
      const calls = list(message.tool_calls).map(({ function: called }) => {
        const { name, arguments: text } = called as Json
        return { type: 'tool_use', name: String(name), input: JSON.parse(String(text)) }
      })
      if (message.role === 'tool') {
        return {
          role: 'user',
          content: [{ type: 'tool_result', content: textOf(message.content) }],
        }
      }
      const images = list(message.content).filter(({ type }) => type === 'image_url')
      return {
        role: message.role === 'assistant' ? 'assistant' : 'user',
        content: [
          { type: 'text', text: textOf(message.content) },
          ...images.map(() => ({ type: 'image' })),
          ...calls,
        ],
      }
    }),
    tools: list(tools).map(({ function: named }) => {
      const { name, description, parameters } = named as Json
      return tool(name, description, parameters)
    }),
  }
}

function tool(name: unknown, description: unknown, schema: unknown) {
  return {
    name: String(name),
    ...(typeof description === 'string' && { description }),
    input_schema: schema as Json,
  }
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  return list(content)
    .map(({ text }) => text ?? '')
    .join('')
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value : []
}
