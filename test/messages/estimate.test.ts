import { describe, expect, test } from 'bun:test'
import { tokenEstimate } from '../../src/messages/estimate.ts'
import type { Block, CountTokensBody } from '../../src/messages/request.ts'
import { RECORDED } from '../support/recorded.ts'
import { recordedCounts } from './recorded-counts.ts'

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const NEWER_CLAUDE = 'claude-opus-5-5'

function tokens(content: string | Block[], model = CLAUDE, more: Partial<CountTokensBody> = {}) {
  return tokenEstimate({ model, messages: [{ role: 'user', content }], ...more })(model)
}

/** What this costs beyond an empty message. */
function cost(block: Block | string, model = CLAUDE): number {
  const content = typeof block === 'string' ? block : [block]
  return tokens(content, model) - tokens('', model)
}

function image(bytes: Uint8Array, media_type = 'image/png'): Block {
  const data = Buffer.from(bytes).toString('base64')
  return { type: 'image', source: { type: 'base64', media_type, data } }
}

function png(width: number, height: number): Uint8Array {
  const bytes = Buffer.alloc(64)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return bytes
}

function pdf(pages: number): Block {
  const body = `%PDF-1.4\n<< /Type /Pages /Count ${pages} >>\n${'<< /Type /Page >>\n'.repeat(pages)}`
  const source = { type: 'base64', media_type: 'application/pdf', data: btoa(body) }
  return { type: 'document', source }
}

describe('the estimate of a text', () => {
  test('is a token for each short word', () => {
    expect(cost('Please explain what this is and how it works.')).toBeWithin(9, 12)
  })

  test('is higher for models with the tokenizer of Claude 4.7, and more so for capitals', () => {
    const text = 'The Quick Brown Fox jumps over the Lazy Dog. '.repeat(20)
    expect(cost(text, NEWER_CLAUDE)).toBeGreaterThan(cost(text) * 1.3)
    expect(cost(text, 'gpt-5')).toBeLessThan(cost(text) * 1.1)
  })

  test('is about a token for each character of Chinese', () => {
    expect(cost('这个代理把请求发送给第一个健康的提供者')).toBeWithin(17, 22)
  })

  test('does not take indentation for text', () => {
    expect(cost(`a\n${' '.repeat(400)}b`)).toBeLessThan(6)
  })
})

describe('the estimate of a request', () => {
  test('has the instructions that come with tools, once', () => {
    const tool = { name: 'ls', input_schema: { type: 'object', properties: {} } }
    const without = tokens('Hi')
    const one = tokens('Hi', CLAUDE, { tools: [tool] })
    const two = tokens('Hi', CLAUDE, { tools: [tool, { ...tool, name: 'cat' }] })
    const deferred = tokens('Hi', CLAUDE, { tools: [tool, { ...tool, defer_loading: true }] })
    expect(one - without).toBeGreaterThan(496)
    expect(two - one).toBeWithin(10, 40)
    expect(deferred).toBe(one)
  })

  test('has what tools were called with and what they gave', () => {
    const call = { type: 'tool_use', id: 'toolu_1', name: 'read', input: { path: '/etc/hosts' } }
    expect(cost(call)).toBeWithin(30, 45)
    const text = 'one line of what was read\n'.repeat(50)
    const result = {
      type: 'tool_result',
      tool_use_id: 'toolu_1',
      content: [{ type: 'text', text }],
    }
    expect(cost(result)).toBeWithin(cost(text), cost(text) + 40)
  })

  test('has thinking only for the models that get it back', () => {
    const thinking = { type: 'thinking', thinking: 'I should look at the file. '.repeat(20) }
    expect(cost(thinking)).toBeGreaterThan(100)
    expect(cost(thinking, 'gpt-5')).toBe(0)
    expect(cost({ ...thinking, signature: 'A'.repeat(4000) })).toBe(cost(thinking))
    expect(cost({ type: 'thinking', thinking: '', signature: 'A'.repeat(4000) })).toBeWithin(
      600,
      800,
    )
  })

  test('has the text of blocks nobody knows, but nothing of what is encrypted', () => {
    const text = 'what the search of the day after tomorrow found '.repeat(10)
    const found = [{ type: 'found_tomorrow', title: text, encrypted_content: 'B'.repeat(9000) }]
    const block = { type: 'search_tool_result_tomorrow', content: found }
    expect(cost(block)).toBeWithin(cost(text) - 2, cost(text) + 2)
  })
})

describe('the estimate of an image', () => {
  test('goes by its pixels, whatever its format', () => {
    const jpeg = Buffer.alloc(64)
    jpeg.set([0xff, 0xd8, 0xff, 0xe0, 0, 16])
    jpeg.set([0xff, 0xc0, 0, 17, 8, 600 >> 8, 600 & 255, 1000 >> 8, 1000 & 255], 20)
    const gif = Buffer.alloc(64)
    gif.write('GIF89a')
    gif.writeUInt16LE(1000, 6)
    gif.writeUInt16LE(600, 8)
    const webp = Buffer.alloc(64)
    webp.write('RIFF....WEBPVP8X')
    webp.writeUIntLE(999, 24, 3)
    webp.writeUIntLE(599, 27, 3)
    const lossy = Buffer.alloc(64)
    lossy.write('RIFF....WEBPVP8 ')
    lossy.writeUInt16LE(1000, 26)
    lossy.writeUInt16LE(600, 28)
    const lossless = Buffer.alloc(64)
    lossless.write('RIFF....WEBPVP8L')
    lossless.writeUInt32LE(999 | (599 << 14), 21)
    for (const bytes of [png(1000, 600), jpeg, gif, webp, lossy, lossless]) {
      expect(cost(image(bytes))).toBe(800)
    }
  })

  test('is what is left after the model has made it smaller', () => {
    expect(cost(image(png(4000, 4000)))).toBeWithin(1500, 1601)
    expect(cost(image(png(4000, 4000)), NEWER_CLAUDE)).toBeWithin(4000, 4785)
    expect(cost(image(png(4000, 10)))).toBeLessThan(10)
    expect(cost(image(png(1024, 1024)), 'gpt-4o')).toBe(765)
  })

  test('is a usual one where nothing tells its size', () => {
    const url = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }
    expect(cost(url)).toBe(1600)
    expect(cost(image(new Uint8Array(10)))).toBe(1600)
    expect(cost(image(Buffer.from([0xff, 0xd8, 0, 0, ...new Array(60).fill(0)])))).toBe(1600)
  })
})

describe('the estimate of a document', () => {
  test('goes by the pages of a PDF, by its size where they cannot be counted', () => {
    expect(cost(pdf(3))).toBeWithin(6900, 6910)
    const packed = { type: 'base64', media_type: 'application/pdf', data: 'A'.repeat(750_000) }
    expect(cost({ type: 'document', source: packed })).toBeWithin(23_000, 23_010)
  })

  test('is that of its words where it is text', () => {
    const data = 'It says so here. '.repeat(100)
    const source = { type: 'text', media_type: 'text/plain', data }
    expect(cost({ type: 'document', source })).toBeWithin(cost(data) - 2, cost(data) + 2)
  })
})

describe.skipIf(!RECORDED)('against what the services counted, the estimate', () => {
  /** Where a recording cannot be told by its text, and why. */
  const KNOWN_OFF: Record<string, string> = {
    'anthropic/cache-write-1h': 'a filler word of two tokens, 1,024 times',
    'anthropic/stream-cache-read': 'a filler word of one token, 1,024 times',
    'anthropic/stream-cache-write': 'a filler word of one token, 1,024 times',
    'anthropic/parallel-tool-use-roundtrip-1': "from before Haiku's tool instructions grew to 496",
    'anthropic/parallel-tool-use-roundtrip-2': "from before Haiku's tool instructions grew to 496",
    'anthropic/tool-addition-delta': 'has the instructions of a search that runs at Anthropic',
    'openai/image-tool-result': 'an image by its address',
    'openai/responses-json-reasoning-replay': 'encrypted reasoning',
    'openai/responses-stream-text': 'a strict tool, which we never send',
    'openai/responses-stream-tool': 'a strict tool, which we never send',
    'openai/tool-choice-none': 'a strict tool, which we never send',
    'openai/tool-choice-required': 'a strict tool, which we never send',
  }
  /** Models whose tokenizer and template we know; others put texts of their own around tools. */
  const KNOWN_MODELS = /claude|gpt|llama-3/
  /** On a request of a line, a tenth is less than any template varies by. */
  const A_DOZEN = 12

  test('is within a tenth or a dozen tokens, for each recording of a model we know', async () => {
    const counts = await recordedCounts()
    const off = counts.flatMap(({ name, model, body, tokens }) => {
      const estimate = tokenEstimate(body)(model)
      const allowed = Math.max(tokens / 10, A_DOZEN)
      const isOff = KNOWN_MODELS.test(model) && Math.abs(estimate - tokens) > allowed
      return isOff ? [`${name}: ${estimate} of ${tokens}`] : []
    })
    expect(off.map((line) => line.split(':')[0]).sort()).toEqual(Object.keys(KNOWN_OFF).sort())
    expect(counts.length).toBeGreaterThan(50)
  })
})
