import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Simulator, type Step, startSimulator } from '../../src/simulator/simulator.ts'

let simulator: Simulator
beforeAll(() => {
  simulator = startSimulator({ anyModel: true })
})
afterAll(() => simulator.stop())

const TEXT = 'One two three four five six.'
const turn = { max_tokens: 50, messages: [{ role: 'user', content: 'Hi' }] }

const CLAUDE_TEXTS = /"text_delta","text":"[^"]*"/g
const CLAUDE_GARBLED = /\{"type":"content_block_delta","index":0,"delta":\{"type":"text_de$/m

/** How each wire is asked, and what parts of its streams look like. */
const WIRES = [
  {
    wire: 'anthropic',
    path: (_: boolean) => '/v1/messages',
    body: (model: string, stream: boolean) => ({ model, stream, ...turn }),
    texts: CLAUDE_TEXTS,
    ping: 'event: ping',
    garbled: CLAUDE_GARBLED,
    lastButOne: 'event: message_delta',
    last: 'event: message_stop',
  },
  {
    wire: 'bedrock',
    path: (stream: boolean) => `/model/MODEL/invoke${stream ? '-with-response-stream' : ''}`,
    body: () => ({ anthropic_version: 'bedrock-2023-05-31', ...turn }),
    texts: CLAUDE_TEXTS,
    ping: '{"type":"ping"}',
    garbled: CLAUDE_GARBLED,
    lastButOne: '{"type":"message_delta"',
    last: '{"type":"message_stop"',
  },
  {
    wire: 'openai',
    path: (_: boolean) => '/v1/chat/completions',
    body: (model: string, stream: boolean) => ({ model, stream, messages: turn.messages }),
    texts: /"delta":\{"content":"[^"]+"\}/g,
    ping: ': keep-alive',
    garbled: /"choices":\[\{"index":0,"del$/m,
    lastButOne: '"finish_reason":"stop"',
    last: 'data: [DONE]',
  },
] as const

describe.each(WIRES)('on the $wire wire', ({ wire, path, body, ...parts }) => {
  const model = `a-model-of-tomorrow-${wire}`

  const ask = (step: Step, stream = true, signal = AbortSignal.timeout(5000)) => {
    simulator.script(model, step)
    return fetch(`${simulator.url}${path(stream).replace('MODEL', model)}`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer ada',
        'anthropic-version': '2023-06-01',
        'content-type': 'application/json',
      },
      body: JSON.stringify(body(model, stream)),
      signal,
    })
  }

  /** What was said by the time that `isEnough`; then the caller leaves. */
  const readUntil = async (response: Response, isEnough: (said: string) => boolean) => {
    let raw = ''
    for await (const chunk of response.body ?? []) {
      raw += Buffer.from(chunk).toString('latin1')
      if (isEnough(unframed(raw))) break
    }
    return unframed(raw)
  }
  const readAll = (response: Response) => readUntil(response, () => false)
  const textsIn = (said: string) => said.match(parts.texts) ?? []

  test('content comes when its gate opens, and the head before that', async () => {
    const gate = Promise.withResolvers<void>()
    const response = await ask({ kind: 'text', text: TEXT, contentAfter: gate.promise })
    expect(response.status).toBe(200)
    gate.resolve()
    expect(textsIn(await readAll(response))).toHaveLength(6)
  })

  test('an answer in one piece says nothing but 200 until its gate opens', async () => {
    const gate = Promise.withResolvers<void>()
    const response = await ask({ kind: 'text', text: TEXT, contentAfter: gate.promise }, false)
    expect(response.status).toBe(200)
    gate.resolve()
    expect(await response.text()).toContain(TEXT)
  })

  test('content can be late by some milliseconds', async () => {
    const response = await ask({ kind: 'text', text: TEXT, contentAfter: 5 })
    expect(textsIn(await readAll(response))).toHaveLength(6)
  })

  test('one event is no JSON, and none of the others is missing', async () => {
    const all = await readAll(await ask({ kind: 'garble', after: 2, text: TEXT }))
    expect(all).toMatch(parts.garbled)
    expect(textsIn(all)).toHaveLength(6)
    expect(all).toContain(parts.last)
  })

  test('an answer in one piece that is garbled is no JSON', async () => {
    const response = await ask({ kind: 'garble', after: 2, text: TEXT }, false)
    expect(response.status).toBe(200)
    await expect(response.json()).rejects.toThrow()
  })

  test('the final marker never comes, and the connection stays', async () => {
    const arrived = simulator.nextCall()
    const response = await ask({ kind: 'unfinished', text: TEXT })
    const all = await readUntil(response, (said) => said.includes(parts.lastButOne))
    const call = await arrived
    await call.aborted
    expect(all).not.toContain(parts.last)
    expect(textsIn(all)).toHaveLength(6)
  })

  test('pings go on for ever, before any content', async () => {
    const arrived = simulator.nextCall()
    const response = await ask({ kind: 'stall', after: 0, pings: true })
    const all = await readUntil(response, (said) => said.split(parts.ping).length > 3)
    await (await arrived).aborted
    expect(textsIn(all)).toHaveLength(0)
  })

  test('pings can end in an error', async () => {
    const gate = Promise.withResolvers<void>()
    const response = await ask({ kind: 'error', after: 0, pings: true, gate: gate.promise })
    let pings = 0
    const all = await readUntil(response, (said) => {
      pings = said.split(parts.ping).length - 1
      if (pings > 2) gate.resolve()
      return false
    })
    expect(pings).toBeGreaterThan(2)
    expect(all).toMatch(/error|throttling/)
  })

  test.each([true, false])(
    'an answer has no end until the caller leaves (stream: %p)',
    async (stream) => {
      const arrived = simulator.nextCall()
      const response = await ask({ kind: 'endless' }, stream)
      let pieces = 0
      await readUntil(response, () => ++pieces > 5)
      const call = await arrived
      await call.aborted
      expect(call.isOpen).toBe(false)
    },
  )

  test('an error can call itself an answer', async () => {
    const response = await ask({
      kind: 'refuse',
      status: 200,
      type: 'oops',
      message: 'It broke.',
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.text()).toContain('It broke.')
  })
})

test.each(['anthropic', 'bedrock'] as const)(
  'a newer Claude model refuses a prefill in the words of the service, on the %s wire',
  async (wire) => {
    const model = 'claude-sonnet-4-6'
    const messages = [
      { role: 'user', content: 'Count to three.' },
      { role: 'assistant', content: 'One, two,' },
    ]
    const response = await fetch(
      `${simulator.url}${wire === 'anthropic' ? '/v1/messages' : `/model/us.anthropic.${model}/invoke`}`,
      {
        method: 'POST',
        headers: {
          authorization: 'Bearer ada',
          'anthropic-version': '2023-06-01',
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          ...(wire === 'anthropic' ? { model } : { anthropic_version: 'bedrock-2023-05-31' }),
          max_tokens: 50,
          messages,
        }),
      },
    )
    expect(response.status).toBe(400)
    // As quoted in anomalyco/opencode#29760 and smallmain/vscode-unify-chat-provider#249.
    expect(await response.text()).toContain(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    )
  },
)

/** The events inside Bedrock's frames; an event stream as it is. */
function unframed(raw: string): string {
  const encoded = raw.match(/"bytes":"[^"]+"/g)
  if (!encoded) return raw
  const events = encoded.map((member) => Buffer.from(member.slice(9, -1), 'base64').toString())
  return `${events.join('\n')}\n${raw}`
}
