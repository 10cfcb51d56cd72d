import { describe, expect, test } from 'bun:test'
import { ProxyError } from '../../../../src/errors.ts'
import { isRecord } from '../../../../src/json.ts'
import { readStream, readWhole } from '../../../../src/providers/bedrock/converse/reading.ts'
import { ConverseTranslation } from '../../../../src/providers/bedrock/converse/translation.ts'
import type { ConverseEvent } from '../../../../src/providers/bedrock/converse/wire.ts'
import { createFrameCutter } from '../../../../src/providers/bedrock/event-stream.ts'
import type { AnswerContext } from '../../../../src/providers/translation/context.ts'
import type { AnthropicEvent } from '../../../../src/providers/translation/events.ts'
import { ownDetails } from '../../../../src/providers/translation/thinking.ts'
import { encodeEvent } from '../../../../src/simulator/bedrock-service.ts'
import { RECORDED, recorded, recordedBytes } from '../../../support/recorded.ts'
import { checkOrder, messageOf } from '../../openai-chat/support.ts'
import { KIMI } from './support.ts'

const context: AnswerContext = {
  provider: 'bedrock',
  model: KIMI,
  tools: new Map([['mcp__a_server__x', 'mcp__a server__x']]),
  usedIds: new Set(['tooluse_1']),
  inputTokens: 25,
}

function translate(events: Iterable<ConverseEvent>): AnthropicEvent[] {
  const translation = new ConverseTranslation(context)
  const said = [...events].flatMap((event) => [...translation.take(event)])
  const all = [...said, ...translation.end()]
  checkOrder(all)
  return all
}

const text = (words: string, contentBlockIndex = 0) => ({
  contentBlockIndex,
  delta: { text: words },
})
const begin = (contentBlockIndex: number, toolUseId: string, name: string) => ({
  contentBlockIndex,
  start: { toolUse: { toolUseId, name } },
})
const input = (contentBlockIndex: number, json: string) => ({
  contentBlockIndex,
  delta: { toolUse: { input: json } },
})
const usage = { inputTokens: 11, outputTokens: 7 }

describe('an answer', () => {
  test('is text, thinking and calls, one block after the other', () => {
    const message = messageOf(
      translate([
        { contentBlockIndex: 0, delta: { reasoningContent: { text: 'Hm' } } },
        { contentBlockIndex: 0, delta: { reasoningContent: { text: 'm.' } } },
        { contentBlockIndex: 0, delta: { reasoningContent: { signature: 'abc' } } },
        text('Let me ', 1),
        text('look.', 1),
        begin(2, 'tooluse_2', 'mcp__a_server__x'),
        input(2, '{"a"'),
        input(2, ':1}'),
        begin(3, 'tooluse_3', 'Bash'),
        { stopReason: 'tool_use' },
        { usage },
      ]),
    )
    expect(message).toMatchObject({
      model: KIMI,
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hmm.' },
        { type: 'text', text: 'Let me look.' },
        { type: 'tool_use', id: 'tooluse_2', name: 'mcp__a server__x', input: { a: 1 } },
        { type: 'tool_use', id: 'tooluse_3', name: 'Bash', input: {} },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 11, output_tokens: 7, cache_read_input_tokens: 0 },
    })
    const [thought] = message.content
    const signature = thought?.type === 'thinking' ? thought.signature : ''
    expect(ownDetails(signature, context)).toMatchObject([{ signature: 'abc' }])
  })

  test('keeps what was redacted for the model it came from', () => {
    const redacted = (redactedContent: string) => ({
      contentBlockIndex: 0,
      delta: { reasoningContent: { redactedContent } },
    })
    const [block] = messageOf(
      translate([redacted('AQ=='), redacted('Ag=='), { stopReason: 'end_turn' }]),
    ).content
    if (block?.type !== 'thinking') throw new Error('no thinking')
    expect(block.thinking).toBe('')
    expect(ownDetails(block.signature, context)).toMatchObject([{ data: 'AQ==Ag==' }])
  })

  test('has ids that are legal and new', () => {
    const ids = messageOf(
      translate([
        begin(0, 'tooluse_1', 'Read'),
        begin(1, 'functions.Read:0', 'Read'),
        { stopReason: 'tool_use' },
      ]),
    ).content.map((block) => (block.type === 'tool_use' ? block.id : ''))
    expect(ids).toEqual([
      expect.stringMatching(/^toolu_[0-9a-f]{32}$/),
      expect.stringMatching(/^toolu_[0-9a-f]{32}$/),
    ])
  })

  test('is begun with its first content, and not before', () => {
    const translation = new ConverseTranslation(context)
    expect([...translation.take({})]).toEqual([])
    expect([...translation.take(text(''))]).toEqual([])
    expect([...translation.take(text('Hi'))].map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
    ])
  })

  test.each([
    ['end_turn', 'end_turn'],
    ['stop_sequence', 'stop_sequence'],
    ['max_tokens', 'max_tokens'],
    ['model_context_window_exceeded', 'model_context_window_exceeded'],
    ['guardrail_intervened', 'refusal'],
    ['content_filtered', 'refusal'],
    ['tool_use', 'end_turn'],
    ['something_new', 'end_turn'],
  ] as const)('that stops by %s ends with %s', (stopReason, stop_reason) => {
    expect(messageOf(translate([text('Hi'), { stopReason }])).stop_reason).toBe(stop_reason)
  })

  test.each(['malformed_tool_use', 'malformed_model_output'])(
    'that is %s is none',
    (stopReason) => {
      expect(() => translate([text('Hi'), { stopReason }])).toThrow(stopReason)
    },
  )

  test('with a call that a limit cut ends with that limit; any other half call is no answer', () => {
    const cut = (stopReason: string) => [begin(0, 'a', 'Read'), input(0, '{"pa'), { stopReason }]
    expect(messageOf(translate(cut('max_tokens'))).stop_reason).toBe('max_tokens')
    const announced = [begin(0, 'a', 'Read'), { stopReason: 'max_tokens' }]
    expect(messageOf(translate(announced)).stop_reason).toBe('max_tokens')
    expect(() => translate(cut('tool_use'))).toThrow('not a JSON object')
  })

  test('that never stops is no answer', () => {
    expect(() => translate([text('Hi')])).toThrow('ended before it was complete')
    expect(() => translate([])).toThrow('is empty')
  })

  test('says what was read from the cache and how long what was written lives', () => {
    const counted = {
      ...usage,
      ...{ cacheReadInputTokens: 5, cacheWriteInputTokens: 30 },
      cacheDetails: [
        { ttl: '1h', inputTokens: 10 },
        { ttl: '5m', inputTokens: 20 },
      ],
    }
    expect(
      messageOf(translate([text('Hi'), { stopReason: 'end_turn' }, { usage: counted }])).usage,
    ).toEqual({
      input_tokens: 11,
      output_tokens: 7,
      cache_read_input_tokens: 5,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 },
    })
  })

  test('without a count has a guess that says so', () => {
    expect(
      messageOf(translate([text('12345678'), { stopReason: 'end_turn' }])).usage,
    ).toMatchObject({ input_tokens: 25, output_tokens: 2, estimated: true })
  })
})

describe('a stream', () => {
  const reading = async (...bytes: Uint8Array[]) => {
    const body = (async function* () {
      yield* bytes
    })()
    return Array.fromAsync(readStream('bedrock', body)).catch((error: unknown) => error)
  }

  test('with a piece that is no event is no answer', async () => {
    const error = await reading(encodeEvent('contentBlockDelta', '{"delta":{"te'))
    expect(error).toBeInstanceOf(ProxyError)
    expect(error).toMatchObject({ details: { outcome: 'bad_answer' } })
  })

  test('with events nobody knows is read past them', async () => {
    expect(await reading(encodeEvent('somethingNew', '{"p":"abc"}'))).toEqual([{ p: 'abc' }])
  })
})

const STREAMS = ['text-nova', 'tool-nova', 'thinking', 'cache-1', 'cache-2']

describe.skipIf(!RECORDED)('a recorded stream', () => {
  test.each(STREAMS)('(%s) says the same as a direct reading, however it is cut', async (name) => {
    const bytes = await recordedBytes(`bedrock/converse-stream-${name}.eventstream.bin`)
    const expected = directReading(bytes)
    for (const size of [1, 7, bytes.length]) {
      const message = messageOf(
        translate(await Array.fromAsync(readStream('bedrock', cut(bytes, size)))),
      )
      const { content, stop_reason, usage } = message
      const blocks = content.map((block) => {
        if (block.type === 'text') return { text: block.text }
        return block.type === 'thinking'
          ? {
              thinking: block.thinking,
              signature: ownDetails(block.signature, context)?.[0]?.signature,
            }
          : { name: block.name, input: block.input }
      })
      expect({ blocks, stop_reason, usage }).toMatchObject(expected)
    }
  })
})

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** What the frames say, put together by index and nothing else. */
function directReading(bytes: Uint8Array) {
  const payloads = createFrameCutter()
    .feed(bytes)
    .map(({ payload }) => JSON.parse(new TextDecoder().decode(payload)))
  const blocks: {
    text?: string
    thinking?: string
    signature?: string
    name?: string
    json?: string
  }[] = []
  for (const { contentBlockIndex: index, start, delta } of payloads) {
    if (index === undefined) continue
    blocks[index] ??= {}
    const block = blocks[index]
    if (start?.toolUse) Object.assign(block, { name: start.toolUse.name, json: '' })
    if (delta?.text) block.text = (block.text ?? '') + delta.text
    if (delta?.toolUse) block.json += delta.toolUse.input
    const { text, signature } = isRecord(delta?.reasoningContent) ? delta.reasoningContent : {}
    if (text) block.thinking = (block.thinking ?? '') + text
    if (signature) block.signature = String(signature)
  }
  const counted = payloads.find((payload) => payload.usage).usage
  return {
    blocks: blocks.map(({ json, ...block }) =>
      json === undefined ? block : { ...block, input: JSON.parse(json || '{}') },
    ),
    stop_reason: payloads.find((payload) => payload.stopReason).stopReason,
    usage: {
      input_tokens: counted.inputTokens,
      output_tokens: counted.outputTokens,
      cache_read_input_tokens: counted.cacheReadInputTokens ?? 0,
      cache_creation_input_tokens: counted.cacheWriteInputTokens ?? 0,
    },
  }
}

const ANSWERS = ['json-gpt-oss-reasoning', 'json-moonshot-tool', 'tool-choice-none']

describe.skipIf(!RECORDED)('a recorded answer', () => {
  test.each(ANSWERS)('in one piece (%s) says what it said', async (name) => {
    const { response } = await recorded(`bedrock/converse-${name}`)
    const pieces = await Array.fromAsync(readWhole('bedrock', Response.json(response.body)))
    expect(pieces.at(-1)).toBe('done')
    const message = messageOf(translate(pieces.filter((piece) => piece !== 'done')))
    const said = response.body as {
      output: {
        message: {
          content: Record<
            string,
            { text: string; reasoningText: { text: string }; input: object; name: string }
          >[]
        }
      }
      stopReason: string
      usage: { inputTokens: number }
    }
    expect(message.content).toMatchObject(
      said.output.message.content.map(({ text, reasoningContent, toolUse }) => {
        if (reasoningContent) return { thinking: reasoningContent.reasoningText.text }
        return toolUse ? { name: toolUse.name, input: toolUse.input } : { text }
      }),
    )
    expect(message.stop_reason as string).toBe(said.stopReason)
    expect(message.usage.input_tokens).toBe(said.usage.inputTokens)
  })
})
