import fc from 'fast-check'
import type { Block, Message, MessagesBody, Tool } from '../../../src/messages/request.ts'
import { signThinking } from '../../../src/providers/translation/thinking.ts'

const words = fc.string({ maxLength: 12 })
const id = fc.oneof(
  fc.constantFrom('call_0', 'call_1', 'functions.x:0'),
  fc.string({ maxLength: 60 }),
)
const image: fc.Arbitrary<Block> = fc.constantFrom(
  { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
  { type: 'image', source: { type: 'url', url: 'https://example.com/cat.png' } },
)
const document: fc.Arbitrary<Block> = words.map((data) => ({
  type: 'document',
  title: 'notes.txt',
  source: { type: 'text', media_type: 'text/plain', data },
}))
const textBlock: fc.Arbitrary<Block> = words.map((each) => ({ type: 'text', text: each }))
const use: fc.Arbitrary<Block> = fc.record({
  type: fc.constant('tool_use'),
  id,
  name: fc.oneof(fc.constant('Read'), fc.string({ minLength: 1, maxLength: 90 })),
  input: fc.dictionary(fc.string(), fc.jsonValue()),
})
const own = (provider: string, model: string): Block => ({
  type: 'thinking',
  thinking: 'So.',
  signature: signThinking({ provider, model }, []),
})
const foreign: fc.Arbitrary<Block> = fc.constantFrom(
  { type: 'thinking', thinking: 'Hmm', signature: 'EqQB' },
  own('moonshot', 'kimi-k2.6'),
  own('deepseek', 'deepseek-v4-pro'),
  own('groq', 'openai/gpt-oss-120b'),
  { type: 'redacted_thinking', data: 'x' },
  { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
)

/** A turn and its replies; results come shuffled, lost, twice, or for calls nobody made. */
export const turn: fc.Arbitrary<Message[]> = fc
  .array(fc.oneof(textBlock, use, foreign), { maxLength: 5 })
  .chain((blocks) => {
    const ids = blocks.flatMap((block) => block.id ?? [])
    const result: fc.Arbitrary<Block> = fc.record({
      type: fc.constant('tool_result'),
      tool_use_id: fc.oneof(fc.constantFrom(...ids, 'ghost'), id),
      content: fc.oneof(words, fc.array(fc.oneof(textBlock, image, document), { maxLength: 2 })),
      is_error: fc.boolean(),
    })
    const reply = fc.record({
      role: fc.constantFrom('user' as const, 'system' as const),
      content: fc.oneof(
        words,
        fc.array(fc.oneof(textBlock, image, document, result), { maxLength: 6 }),
      ),
    })
    return fc
      .array(reply, { maxLength: 2 })
      .map((replies): Message[] => [{ role: 'assistant', content: blocks }, ...replies])
  })
export const conversation = fc
  .array(turn, { maxLength: 5 })
  .map((turns): Message[] => [{ role: 'user', content: 'Go' }, ...turns.flat()])

const leaf = fc.constantFrom<Record<string, unknown>>(
  { type: 'string', format: 'uri', minLength: 1 },
  { type: ['string', 'null'], pattern: '^a' },
  { type: 'integer', exclusiveMinimum: 0, const: 3 },
  { const: 'fixed' },
  { type: 'array', default: [{ type: 'array' }] },
  { enum: ['a', 'b', 1] },
  { $ref: '#/$defs/node' },
  { type: 'object', additionalProperties: { type: 'string' }, propertyNames: { pattern: '^x' } },
  { oneOf: [{ type: 'string' }, { type: 'number', default: 1 }] },
  { allOf: [{ $ref: '#/$defs/node' }, { description: 'More' }] },
)
const schema = fc.letrec<{ any: Record<string, unknown> }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc
      .dictionary(fc.constantFrom('path', 'format', 'limit'), tie('any'), { maxKeys: 3 })
      .map((properties) => ({
        type: 'object',
        properties,
        required: Object.keys(properties),
      })),
    tie('any').map((items) => ({ type: 'array', items, minItems: 1 })),
  ),
})).any
/** As MCP servers write them: references, alternatives at the root, or no type at all. */
const parameters = fc
  .oneof(
    schema,
    fc.array(schema, { minLength: 1, maxLength: 2 }).map((anyOf) => ({ anyOf })),
    fc.constant({}),
  )
  .map((root) => ({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...root,
    $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
  }))
const tool: fc.Arbitrary<Tool & { name: string }> = fc.record({
  name: fc.constantFrom('Read', 'Bash', `mcp__${'server'.repeat(12)}__tool.x`),
  description: words,
  input_schema: parameters,
})

/** All that a client may ask for at once, the conversation included. */
export const request: fc.Arbitrary<Partial<MessagesBody>> = fc.record(
  {
    system: fc.constantFrom('Be brief.', ''),
    messages: conversation,
    max_tokens: fc.constantFrom(1, 4096, 128_000),
    temperature: fc.constantFrom(0, 1),
    top_p: fc.constant(0.9),
    top_k: fc.constant(40),
    stop_sequences: fc.array(fc.constantFrom('STOP', 'END'), { maxLength: 6 }),
    stream: fc.boolean(),
    metadata: fc.constant({ user_id: '{"device_id":"d","session_id":"s"}' }),
    thinking: fc.constantFrom(
      { type: 'disabled' },
      { type: 'enabled', budget_tokens: 4000 },
      { type: 'adaptive' },
    ),
    output_config: fc.constantFrom(
      { effort: 'max' },
      { format: { type: 'json_schema', schema: { type: 'object', properties: {} } } },
    ),
    tools: fc.uniqueArray(tool, { selector: ({ name }) => name, maxLength: 3 }),
    tool_choice: fc.constantFrom<NonNullable<MessagesBody['tool_choice']>>(
      { type: 'auto', disable_parallel_tool_use: true },
      { type: 'any' },
      { type: 'tool', name: 'Read' },
      { type: 'none' },
    ),
  },
  { requiredKeys: ['messages'] },
)
