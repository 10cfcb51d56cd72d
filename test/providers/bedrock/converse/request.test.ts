import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { type Message, MessagesBody } from '../../../../src/messages/request.ts'
import { signThinking } from '../../../../src/providers/translation/thinking.ts'
import { checkConverse } from '../../../../src/simulator/converse-check.ts'
import { RECORDED, recorded } from '../../../support/recorded.ts'
import {
  converseBody,
  converseJson,
  DEEPSEEK,
  GPT_OSS,
  image,
  KIMI,
  LLAMA,
  MISTRAL,
  NOVA,
  pdf,
} from './support.ts'

const user = (...content: { type: string }[]) => ({ role: 'user' as const, content })
const assistant = (...content: { type: string }[]) => ({ role: 'assistant' as const, content })
const text = (words: string, more = {}) => ({ type: 'text', text: words, ...more })
const marked = { cache_control: { type: 'ephemeral', ttl: '1h' } }
const call = (id: string, input = {}) => ({ type: 'tool_use', id, name: 'Read', input })
const result = (id: string, content: unknown, more = {}) => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
  ...more,
})
const Read = {
  name: 'Read',
  description: 'Reads a file.',
  input_schema: {
    type: 'object',
    $schema: 'x',
    properties: { path: { type: 'string' } },
    required: ['path'],
    additionalProperties: false,
  },
}

describe('a request', () => {
  test("says everything in Converse's places", () => {
    const body = {
      system: [text('Be brief.'), text(' ')],
      messages: [user(text('Hello'), text(''))],
      tools: [Read],
      temperature: 0.5,
      top_p: 0.9,
      stop_sequences: ['END'],
      max_tokens: 1000,
    }
    expect(converseBody(body, KIMI)).toEqual({
      system: [{ text: 'Be brief.' }],
      messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
      inferenceConfig: { maxTokens: 1000, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: 'Read',
              description: 'Reads a file.',
              inputSchema: {
                json: {
                  type: 'object',
                  properties: { path: { type: 'string' } },
                  required: ['path'],
                  additionalProperties: false,
                },
              },
            },
          },
        ],
      },
    })
  })

  test.skipIf(!RECORDED)('has the shape of recorded ones', async () => {
    const kimi = await recorded('bedrock/converse-json-moonshot-tool')
    const asked = converseBody(
      {
        system: 'You are a helpful chatbot. Use tools when helpful.',
        messages: [{ role: 'user', content: 'What is the temperature in London? Use the tool.' }],
        tools: [
          {
            name: 'get_temperature',
            description: 'Get the current temperature in a city.',
            input_schema: {
              additionalProperties: false,
              properties: { city: { type: 'string' } },
              required: ['city'],
              type: 'object',
            },
          },
        ],
      },
      KIMI,
    )
    const { inferenceConfig: _, toolConfig, ...rest } = kimi.request.body
    expect(asked).toMatchObject(rest)
    expect(asked.toolConfig?.tools).toMatchObject((toolConfig as { tools: object[] }).tools)

    const oss = await recorded('bedrock/converse-json-gpt-oss-reasoning')
    const effort = converseBody({ output_config: { effort: 'high' } }, GPT_OSS)
    expect<unknown>(effort.additionalModelRequestFields).toEqual(
      oss.request.body.additionalModelRequestFields,
    )
  })

  const everyModel = [NOVA, LLAMA, GPT_OSS, KIMI, MISTRAL, DEEPSEEK]
  test.skipIf(!RECORDED).each(everyModel)('of Claude Code is one that %s takes', (model) => {
    const bodies = claudeCodeBodies()
    expect(bodies.length).toBeGreaterThan(10)
    for (const body of bodies) {
      const { tools: _, tool_choice: __, ...withoutTools } = body
      for (const each of [body, withoutTools]) {
        expect(() => checkConverse(converseJson(each, model), model, false)).not.toThrow()
      }
    }
  })

  test('asks for no more than the model can give, and for something', () => {
    const limit = (max_tokens: number, model: string) =>
      converseBody({ max_tokens }, model).inferenceConfig?.maxTokens
    expect(limit(32_000, NOVA)).toBe(10_000)
    expect(limit(32_000, LLAMA)).toBe(8_192)
    expect(limit(500, LLAMA)).toBe(500)
    expect(limit(0, NOVA)).toBe(1)
  })

  test('has no stop sequences where the model takes none', () => {
    const config = converseBody({ stop_sequences: ['END'] }, GPT_OSS).inferenceConfig
    expect(config).not.toHaveProperty('stopSequences')
  })

  test.each([
    [
      GPT_OSS,
      { thinking: { type: 'enabled', budget_tokens: 4000 } },
      { reasoning_effort: 'medium' },
    ],
    [GPT_OSS, { output_config: { effort: 'max' } }, { reasoning_effort: 'high' }],
    [GPT_OSS, { thinking: { type: 'disabled' } }, { reasoning_effort: 'low' }],
    [GPT_OSS, {}, undefined],
    ['us.openai.gpt-5.2', { output_config: { effort: 'low' } }, { reasoning: { effort: 'low' } }],
    [
      'us.amazon.nova-2-lite-v1:0',
      { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
      { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } },
    ],
    ['us.amazon.nova-2-lite-v1:0', { thinking: { type: 'disabled' } }, undefined],
    [NOVA, { output_config: { effort: 'high' } }, undefined],
  ])('tells %s how hard to think: %j', (model, body, fields) => {
    expect(converseBody(body, model).additionalModelRequestFields).toEqual(fields)
  })

  test('asks for JSON where the model can be held to a schema', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } }
    const body = { output_config: { format: { type: 'json_schema', schema } } }
    expect(converseBody(body, GPT_OSS).outputConfig).toEqual({
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { name: 'answer', schema: JSON.stringify(schema) } },
      },
    })
    expect(converseBody(body, LLAMA)).not.toHaveProperty('outputConfig')
  })
})

describe('a conversation', () => {
  const messagesOf = (messages: Message[], model?: string) =>
    converseBody({ messages }, model).messages

  test('alternates, begins with the user and ends with one', () => {
    const messages = [
      assistant(text('Hi')),
      assistant(text('there')),
      user(text('Go')),
      user(text('on')),
      assistant(text('So')),
    ]
    expect(messagesOf(messages, LLAMA)).toEqual([
      { role: 'user', content: [{ text: '(The conversation begins.)' }] },
      { role: 'assistant', content: [{ text: 'Hi' }, { text: 'there' }] },
      { role: 'user', content: [{ text: 'Go' }, { text: 'on' }] },
      { role: 'assistant', content: [{ text: 'So' }] },
      { role: 'user', content: [{ text: 'Go on.' }] },
    ])
    expect(messagesOf(messages, NOVA)?.at(-1)).toMatchObject({ role: 'assistant' })
  })

  test('has what the system says in its middle as a reminder', () => {
    const messages = [
      user(text('Go')),
      { role: 'system' as const, content: [text('Be brief.'), text('Be kind.')] },
    ]
    expect(converseBody({ messages }).messages).toEqual([
      {
        role: 'user',
        content: [
          { text: 'Go' },
          { text: '<system-reminder>\nBe brief.\n\nBe kind.\n</system-reminder>' },
        ],
      },
    ])
  })

  test('answers every call, in order, before anything else is said', () => {
    const messages = [
      user(text('Go')),
      assistant(call('a'), call('functions.Read:0'), call('c')),
      user(text('And?'), result('c', 'three'), result('ghost', 'boo'), result('a', [])),
    ]
    const [, called, answered] = messagesOf(messages, LLAMA) ?? []
    const ids = called?.content?.map(({ toolUse }) => toolUse?.toolUseId)
    expect(ids).toEqual(['a', expect.stringMatching(/^tooluse_[0-9a-f]{32}$/), 'c'])
    expect(answered?.content).toEqual([
      { toolResult: { toolUseId: 'a', content: [{ text: '(no output)' }] } },
      {
        toolResult: {
          toolUseId: ids?.[1],
          content: [{ text: '(no result: the call was not completed)' }],
        },
      },
      { toolResult: { toolUseId: 'c', content: [{ text: 'three' }] } },
      { text: 'And?' },
    ])
  })

  test('carries what a tool showed, inside its result or behind it', () => {
    const messages = [
      user(text('Go')),
      assistant(call('a')),
      user(result('a', [text('Look:'), image], { is_error: true })),
    ]
    const shown = { image: { format: 'png', source: { bytes: Buffer.from('AAAA', 'base64') } } }
    expect<unknown>(messagesOf(messages, NOVA)?.[2]?.content).toEqual([
      { toolResult: { toolUseId: 'a', content: [{ text: 'Look:' }, shown], status: 'error' } },
    ])
    expect<unknown>(messagesOf(messages, LLAMA)?.[2]?.content).toEqual([
      { toolResult: { toolUseId: 'a', content: [{ text: 'Error: Look:\n(see below)' }] } },
      { text: 'Returned by Read (a):' },
      shown,
    ])
  })

  test('gives Mistral its results as objects', () => {
    const answered = (content: string) =>
      messagesOf([user(text('Go')), assistant(call('a')), user(result('a', content))], MISTRAL)?.[2]
        ?.content?.[0]?.toolResult?.content
    expect(answered('fine')).toEqual([{ json: { result: 'fine' } }])
    expect(answered('{"lines":3}')).toEqual([{ json: { lines: 3 } }])
  })

  test('holds files under legal names that occur once, never without a word', () => {
    const messages = [user(pdf), assistant(text('I see.')), user(pdf, text('Again.'))]
    expect(converseJson({ messages })).toMatchObject({
      messages: [
        {
          content: [
            {
              document: {
                format: 'pdf',
                name: 'Q3 the numbers pdf',
                source: { bytes: 'JVBERi0=' },
              },
            },
            { text: '(See above.)' },
          ],
        },
        {},
        { content: [{ document: { name: 'Q3 the numbers pdf (2)' } }, { text: 'Again.' }] },
      ],
    })
  })

  test('cuts the name of a file where it leaves no two spaces in a row', () => {
    const title = `${'x'.repeat(189)} end`
    const files = [{ ...pdf, title }, { ...pdf, title }, text('Both.')]
    expect(converseJson({ messages: [user(...files)] })).toMatchObject({
      messages: [
        {
          content: [
            { document: { name: 'x'.repeat(189) } },
            { document: { name: `${'x'.repeat(189)} (2)` } },
            {},
          ],
        },
      ],
    })
  })

  test('says what a model cannot see', () => {
    const shown = messagesOf([user(image, pdf)], 'amazon.nova-micro-v1:0')
    expect(JSON.stringify(shown)).toContain('this model cannot see images')
    expect(JSON.stringify(shown)).toContain('cannot be shown to this model')
  })

  test('marks the cache where the model has one, but not behind a file', () => {
    const body = {
      system: [text('Be brief.', marked)],
      messages: [
        user({ ...pdf, ...marked }),
        assistant(call('a')),
        user(result('a', [text('fine', marked)], marked)),
      ],
      tools: [{ ...Read, ...marked }],
    }
    const point = { cachePoint: { type: 'default' } }
    const { system, messages, toolConfig } = converseBody(body, NOVA)
    expect<unknown>(system?.[1]).toEqual(point)
    expect<unknown>(messages?.[2]?.content?.[1]).toEqual(point)
    expect(JSON.stringify([messages, toolConfig]).split('cachePoint')).toHaveLength(2)
    expect(JSON.stringify(converseBody(body, LLAMA))).not.toContain('cachePoint')
  })

  test('gives reasoning back to the model it came from, and to no other', () => {
    const thought = (model: string, provider = 'bedrock') =>
      assistant(
        {
          type: 'thinking',
          ...{
            thinking: 'Hmm',
            signature: signThinking({ provider, model }, [
              { signature: 's' },
              { data: 'AQ==Ag==' },
            ]),
          },
        },
        text('So'),
      )
    const said = (model: string, ...from: [string, string?]) =>
      messagesOf([user(text('Go')), thought(...from), user(text('And?'))], model)?.[1]?.content
    expect(said(KIMI, KIMI)).toEqual([
      { reasoningContent: { reasoningText: { text: 'Hmm', signature: 's' } } },
      { reasoningContent: { redactedContent: Buffer.from([1, 2]) } },
      { text: 'So' },
    ])
    const alone = [{ text: 'So' }]
    expect(said(KIMI, GPT_OSS)).toEqual(alone)
    expect(said(KIMI, KIMI, 'other')).toEqual(alone)
    expect(said(DEEPSEEK, DEEPSEEK)).toEqual(alone)
  })
})

describe('tools', () => {
  const config = (body: object, model?: string) => converseBody(body, model).toolConfig
  const history = [user(text('Go')), assistant(call('a')), user(result('a', 'fine'))]

  test('are forced where the model can be', () => {
    const choice = (type: string, model: string) =>
      config({ tools: [Read, { name: 'Bash' }], tool_choice: { type, name: 'Read' } }, model)
        ?.toolChoice
    expect(choice('any', NOVA)).toEqual({ any: {} })
    expect(choice('tool', NOVA)).toEqual({ tool: { name: 'Read' } })
    expect(choice('auto', NOVA)).toBeUndefined()
    expect(choice('any', LLAMA)).toBeUndefined()
    expect(choice('tool', MISTRAL)).toBeUndefined()
    expect(
      config({ tools: [Read], tool_choice: { type: 'tool', name: 'Read' } }, MISTRAL)?.toolChoice,
    ).toEqual({ any: {} })
  })

  test('are left out where none may be called, unless some were called before', () => {
    const none = { tools: [Read], tool_choice: { type: 'none' } }
    expect(config(none)).toBeUndefined()
    expect(config({ ...none, messages: history })?.tools).toHaveLength(1)
  })

  test('that were called stand in for those that are not offered any more', () => {
    expect(config({ messages: history })).toEqual({
      tools: [
        { toolSpec: { name: 'Read', inputSchema: { json: { type: 'object', properties: {} } } } },
      ],
    })
  })

  test('have for Nova a schema with nothing but what it knows at the root', () => {
    expect(config({ tools: [Read] })?.tools).toMatchObject([
      {
        toolSpec: {
          inputSchema: {
            json: {
              type: 'object',
              properties: { path: { type: 'string' } },
              required: ['path'],
            },
          },
        },
      },
    ])
    expect(JSON.stringify(config({ tools: [Read] }))).not.toContain('additionalProperties')
  })

  test('that run at Anthropic are left out, and long names are shortened', () => {
    const name = 'mcp__a server__'.repeat(6)
    const specs = config({ tools: [{ type: 'web_search_20250305', name: 'web_search' }, { name }] })
    expect(specs?.tools).toMatchObject([
      { toolSpec: { name: expect.stringMatching(/^[\w-]{64}$/) } },
    ])
  })
})

/** What Claude Code sent, where it asked for a message in the first-party format. */
function claudeCodeBodies(): MessagesBody[] {
  const folder = join(RECORDED ?? '', 'claude-code')
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const recordings = files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  const messages = Compile(MessagesBody)
  return recordings.flatMap(({ request, body = request?.body }): MessagesBody[] =>
    messages.Check(body) ? [body] : [],
  )
}

test.each(['constructor', '__proto__', 'valueOf'])(
  'a file of the type %s is named in words',
  (type) => {
    const source = { type: 'base64', media_type: type, data: 'AAAA' }
    const content = [
      { type: 'image', source },
      { type: 'document', title: 'a', source },
    ]
    expect(converseBody({ messages: [{ role: 'user', content }] }).messages).toEqual([
      {
        role: 'user',
        content: [
          { text: '[An image was here that cannot be passed on.]' },
          { text: '[The document "a" cannot be shown to this model.]' },
        ],
      },
    ])
  },
)
