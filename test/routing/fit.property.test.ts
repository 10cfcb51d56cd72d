import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { isRecord } from '../../src/json.ts'
import type {
  Block,
  ClientRequest,
  Message,
  MessagesBody,
  Tool,
} from '../../src/messages/request.ts'
import { createAnthropicProvider } from '../../src/providers/anthropic.ts'
import { bedrockBody } from '../../src/providers/bedrock/body.ts'
import { createBedrockProvider } from '../../src/providers/bedrock.ts'
import { adaptToClaude } from '../../src/providers/claude/adapt.ts'
import { createOpenAIProvider } from '../../src/providers/openai.ts'
import { QUIRKS } from '../../src/providers/openai-chat/quirks.ts'
import { toChatBody } from '../../src/providers/openai-chat/request.ts'
import type { Provider } from '../../src/providers/provider.ts'
import { createDocuments } from '../../src/providers/translation/documents.ts'
import { signThinking } from '../../src/providers/translation/thinking.ts'
import { fitTo } from '../../src/routing/fit.ts'
import { createLearned } from '../../src/routing/learned.ts'
import { aTarget, noMemory } from './target.ts'

/** A conversation as Claude Code has it: what is newest is marked, and tools are found on the way. */
interface Turn {
  asked: string
  reminder: string | null
  answer: Block[]
  found: string[]
}

const thought = fc.constantFrom<Block>(
  { type: 'thinking', thinking: 'By Claude.', signature: 'EqQB' },
  { type: 'redacted_thinking', data: 'EqkE' },
  { type: 'thinking', thinking: 'By another.', signature: 'of glm' },
  { type: 'thinking', thinking: 'Cut o', signature: '' },
  ...['groq', 'openrouter'].map((provider) => ({
    type: 'thinking',
    thinking: 'Hm.',
    signature: signThinking({ provider, model: 'gpt-oss-120b' }, [{ type: 'reasoning.text' }]),
  })),
)
const text = fc
  .string({ minLength: 1 })
  .map((words): Block => ({ type: 'text', text: `${words}.` }))
const name = fc.constantFrom(
  'Read',
  'mcp__a_server_with_a_long_name__and_a_tool_with_a_very_long_name',
)
const use = fc.record({
  type: fc.constant('tool_use'),
  // Some models call every tool the same.
  id: fc.constantFrom('toolu_1', 'call_0', 'an id that is not legal everywhere'),
  name,
  input: fc.dictionary(fc.string(), fc.jsonValue()),
})
const search = fc.constant<Block[]>([
  { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'bun' } },
  { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
])
const turn: fc.Arbitrary<Turn> = fc.record({
  asked: fc.string({ minLength: 1 }),
  reminder: fc.option(fc.string({ minLength: 1 })),
  answer: fc
    .tuple(
      fc.array(thought, { maxLength: 2 }),
      fc.array(text, { maxLength: 2 }),
      fc.option(search),
      fc.option(use),
    )
    .map(([thoughts, texts, searched, called]) => {
      const blocks = [...thoughts, ...texts, ...(searched ?? []), ...(called ? [called] : [])]
      return blocks.length > 0 ? blocks : [{ type: 'text', text: 'Yes.' }]
    }),
  found: fc.array(fc.string({ minLength: 1, maxLength: 80 }), { maxLength: 2 }),
})

const MARK = { cache_control: { type: 'ephemeral', ttl: '1h' } }

/** What the client sends in the last of these turns, before it is answered. */
function requestOf(turns: readonly Turn[], hasSearch: boolean): ClientRequest {
  const messages = turns.flatMap(({ asked, reminder, answer }, index): Message[] => {
    const isNewest = index === turns.length - 1
    const before = turns[index - 1]?.answer ?? []
    const results = before
      .filter(({ type }) => type === 'tool_use')
      .map(({ id = '' }): Block => ({ type: 'tool_result', tool_use_id: id, content: 'ok' }))
    const words: Block = { type: 'text', text: asked, ...(isNewest && MARK) }
    return [
      { role: 'user', content: [...results, words] },
      ...(reminder === null ? [] : [systemMessage(reminder, isNewest)]),
      ...(isNewest ? [] : [{ role: 'assistant' as const, content: answer }]),
    ]
  })
  const body: MessagesBody = {
    model: 'opus',
    max_tokens: 32_000,
    system: [
      // A new line for each request: what it says must reach nobody but Anthropic.
      { type: 'text', text: `x-anthropic-billing-header: cch=${turns.length};` },
      { type: 'text', text: 'Be kind.', ...MARK },
    ],
    messages,
    tools: toolsOf(turns, hasSearch),
    thinking: { type: 'adaptive' },
  }
  const json = JSON.stringify(body)
  const bytes = new TextEncoder().encode(json)
  return { body, text: json, bytes, headers: new Headers(), search: '' }
}

function systemMessage(words: string, isNewest: boolean): Message {
  const block = { type: 'text', text: words, ...MARK }
  return { role: 'system', content: isNewest ? [block] : words }
}

function toolsOf(turns: readonly Turn[], hasSearch: boolean): Tool[] {
  const input_schema = { type: 'object', properties: { path: { type: 'string', format: 'uri' } } }
  const found = new Set(turns.flatMap((one) => one.found))
  return [
    ...(hasSearch ? [{ type: 'web_search_20250305', name: 'web_search' }] : []),
    { name: 'Read', description: 'Reads.', input_schema },
    ...[...found].map((each) => ({ name: `found ${each}`, input_schema, defer_loading: true })),
  ]
}

const plain = { name: 'any', apiKey: 'key', unusable: null, extraBody: {} }
const anthropic = createAnthropicProvider({
  ...{ ...plain, baseUrl: 'http://127.0.0.1:1', auth: 'key', firstParty: true, serverTools: true },
})
const compatible = createAnthropicProvider({
  ...{ ...plain, baseUrl: 'http://127.0.0.1:1', auth: 'key', firstParty: false },
})
const bedrock = createBedrockProvider({ ...plain, endpoint: null, profileName: null })
const openai = createOpenAIProvider({
  ...plain,
  baseUrl: 'http://127.0.0.1:1',
  quirks: QUIRKS.groq,
  documents: createDocuments(),
})

type Lane = (request: ClientRequest, model: string) => object
const chat =
  (service: 'groq' | 'openrouter' | 'openai'): Lane =>
  (request, model) =>
    toChatBody(request, {
      ...{ provider: service, model, baseModel: model },
      quirks: QUIRKS[service],
    })
const claude: Lane = ({ body }, model) => adaptToClaude(body, model)

const LANES: Record<string, { provider: Provider; name: string; model: string; lane: Lane }> = {
  'a newer Claude': {
    provider: anthropic,
    name: 'anthropic',
    model: 'claude-opus-5-5',
    lane: claude,
  },
  'an older Claude': {
    provider: anthropic,
    name: 'anthropic',
    model: 'claude-opus-4-1',
    lane: claude,
  },
  'Claude on Bedrock': {
    ...{ provider: bedrock, name: 'bedrock', model: 'us.anthropic.claude-opus-5-5' },
    lane: bedrockBody,
  },
  'an older Claude on Bedrock': {
    ...{ provider: bedrock, name: 'bedrock', model: 'us.anthropic.claude-sonnet-4-20250514-v1:0' },
    lane: bedrockBody,
  },
  'a compatible server': { provider: compatible, name: 'glm', model: 'glm-5', lane: claude },
  groq: { provider: openai, name: 'groq', model: 'gpt-oss-120b', lane: chat('groq') },
  openrouter: {
    provider: openai,
    name: 'openrouter',
    model: 'gpt-oss-120b',
    lane: chat('openrouter'),
  },
  openai: { provider: openai, name: 'openai', model: 'gpt-4.1', lane: chat('openai') },
}

const facts = {
  learned: createLearned(noMemory),
  signatures: { makersOf: (signature: string) => (signature === 'of glm' ? ['glm/glm-5'] : []) },
}

interface Sent {
  messages: unknown[]
  system?: unknown
  tools?: unknown[]
}

describe.each(Object.keys(LANES))('what is sent to %s', (key) => {
  const place = LANES[key]
  if (!place) throw new Error(key)
  const { provider, name, model, lane } = place
  const target = aTarget({ provider: name, model, region: null })
  const sent = (request: ClientRequest) =>
    lane(fitTo(request, target, provider, facts), model) as Sent
  const turns = fc.array(turn, { minLength: 2, maxLength: 6 })

  test('begins in the next turn as it did in this one', () => {
    fc.assert(
      fc.property(turns, fc.boolean(), (all, hasSearch) => {
        const [before, after] = [all.slice(0, -1), all].map((some) =>
          unmarked(sent(requestOf(some, hasSearch))),
        ) as [Sent, Sent]
        expect(after.messages.slice(0, before.messages.length)).toEqual(before.messages)
        expect(after.tools?.slice(0, before.tools?.length)).toEqual(before.tools)
        if (!provider.isAnthropic) expect(after.system).toEqual(before.system)
      }),
    )
  })

  test('depends on nothing but what was asked', () => {
    fc.assert(
      fc.property(turns, fc.boolean(), (all, hasSearch) => {
        const again = structuredClone(all)
        expect(JSON.stringify(sent(requestOf(again, hasSearch)))).toBe(
          JSON.stringify(sent(requestOf(all, hasSearch))),
        )
      }),
      { numRuns: 30 },
    )
  })
})

test('what Claude minted alone goes to Anthropic as it came', () => {
  const isClaudes = ({ signature, data }: Block) =>
    [signature, data].some((mark) => mark?.startsWith('Eq'))
  const claudes = turn.map((one) => ({
    ...one,
    answer: one.answer.filter((block) => !block.type.includes('thinking') || isClaudes(block)),
  }))
  const target = aTarget({ provider: 'anthropic', model: 'claude-opus-5-5', region: null })
  fc.assert(
    fc.property(fc.array(claudes, { minLength: 1 }), (turns) => {
      const request = requestOf(turns, true)
      expect(fitTo(request, target, anthropic, facts)).toBe(request)
    }),
  )
})

/** The marks move with every turn, and a text is the same as a list of one text. */
function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmarked)
  if (!isRecord(value)) return value
  const { cache_control: _, ...rest } = value
  const members = Object.entries(rest).map(([key, member]) => {
    const isWords = key === 'content' && typeof member === 'string' && 'role' in rest
    return [key, isWords ? [{ type: 'text', text: member }] : unmarked(member)]
  })
  return Object.fromEntries(members)
}
