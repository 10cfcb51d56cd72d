import { describe, expect, test } from 'bun:test'
import { readResponse } from '../../../src/providers/openai-responses/events.ts'
import { RECORDED, recorded, recordedBytes } from '../../support/recorded.ts'
import { itemsOf, readStream, translate } from './support.ts'

interface Part {
  text: string
}
interface OutputItem {
  type: string
  name: string
  arguments: string
  content: Part[]
  summary: Part[]
  encrypted_content?: string
}
interface Recorded {
  output: OutputItem[]
  usage: {
    input_tokens: number
    output_tokens: number
    input_tokens_details: { cached_tokens: number; cache_write_tokens?: number }
    output_tokens_details: { reasoning_tokens: number }
  }
}

/** A message as somebody who reads the response itself would put it. */
function direct({ output, usage }: Recorded) {
  const { cached_tokens: read, cache_write_tokens: written = 0 } = usage.input_tokens_details
  const content = output.map((item) => {
    const words = (parts: Part[]) => parts.map(({ text }) => text).join('\n\n')
    if (item.type === 'function_call') {
      return { type: 'tool_use', name: item.name, input: JSON.parse(item.arguments) }
    }
    return item.type === 'message'
      ? { type: 'text', text: words(item.content) }
      : {
          type: 'thinking',
          thinking: words(item.summary.length ? item.summary : (item.content ?? [])),
        }
  })
  return {
    content,
    stop_reason: output.some(({ type }) => type === 'function_call') ? 'tool_use' : 'end_turn',
    usage: {
      input_tokens: usage.input_tokens - read - written,
      output_tokens: usage.output_tokens,
      cache_read_input_tokens: read,
      cache_creation_input_tokens: written,
    },
  }
}

const STREAMS = [
  'openai/responses-stream-tool',
  'openai/responses-stream-text',
  'openai/responses-stream-encrypted-reasoning-tool',
  'bedrock/mantle-reused-tool-call-ids',
]
const WHOLE = [
  'openai/responses-json-gpt-5.6',
  'openai/responses-json-reasoning-replay',
  'bedrock/mantle-responses-gpt-oss',
]

/** The response at the end of a recorded stream. */
async function lastResponse(name: string): Promise<Recorded> {
  const text = new TextDecoder().decode(await recordedBytes(`${name}.sse`))
  const line = text.split('\n').findLast((each) => /^data: .*"response"/.test(each)) ?? ''
  return JSON.parse(line.slice('data: '.length)).response
}

describe.skipIf(!RECORDED)('a recording gives what a direct reading gives', () => {
  test.each(STREAMS)('%s, however it is cut', async (name) => {
    const bytes = await recordedBytes(`${name}.sse`)
    const crlf = new TextDecoder().decode(bytes).replaceAll('\n', '\r\n')
    const expected = direct(await lastResponse(name))
    for (const size of [1, 7, 1000, Number.POSITIVE_INFINITY]) {
      expect(translate(await readStream(bytes, size)).message).toMatchObject(expected)
      expect(translate(await readStream(crlf, size)).message).toMatchObject(expected)
    }
  })

  test.each(WHOLE)('%s', async (name) => {
    const { body } = (await recorded(name)).response
    const events = readResponse('openai', JSON.stringify(body), new Headers())
    expect(translate(events).message).toMatchObject(direct(body as Recorded))
  })
})

test.skipIf(!RECORDED)('recorded reasoning comes back as it was, before its call', async () => {
  const name = 'openai/responses-stream-encrypted-reasoning-tool'
  const events = await readStream(await recordedBytes(`${name}.sse`))
  // The state is encrypted anew in each event; the one at the end of the item is the one to keep.
  const [reasoning, call] = events.flatMap((event) =>
    event !== 'done' && event.type === 'response.output_item.done' && event.item ? event.item : [],
  )
  const { content } = translate(events).message
  expect(itemsOf(content).slice(0, 2)).toMatchObject([
    { type: 'reasoning', summary: [], encrypted_content: reasoning?.encrypted_content },
    { type: 'function_call', name: call?.name, arguments: call?.arguments },
  ])
})
