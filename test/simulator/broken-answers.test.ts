import { afterAll, expect, test } from 'bun:test'
import { type Step, startSimulator } from '../../src/simulator/simulator.ts'

const simulator = startSimulator()
afterAll(() => simulator.stop())

const MODEL = 'claude-opus-5-5'

test('silence lasts until the caller leaves, and that is noticed', async () => {
  simulator.script(MODEL, { kind: 'silence' })
  const leaving = new AbortController()
  const arrived = simulator.nextCall()
  const answer = ask({ signal: leaving.signal }).catch((error: Error) => error.name)

  const call = await arrived
  leaving.abort()

  expect(await answer).toBe('AbortError')
  await call.aborted
  expect(call.status).toBeNull()
})

test('a reset comes before any byte', async () => {
  await expect(play({ kind: 'reset' })).rejects.toMatchObject({ code: 'ECONNRESET' })
})

test.each([true, false])(
  'a cut ends the connection in the middle (streamed: %p)',
  async (stream) => {
    const response = await play({ kind: 'cut', after: 2 }, stream)

    expect(response.status).toBe(200)
    const { text, error } = await readAll(response)
    expect(error).toMatchObject({ code: 'ECONNRESET' })
    if (stream) expect(text.match(/event: content_block_delta/g)).toHaveLength(2)
    else expect(() => JSON.parse(text)).toThrow()
  },
)

test('a stall sends what it says and no more, and keeps the connection', async () => {
  const arrived = simulator.nextCall()
  const response = await play({ kind: 'stall', after: 1 })
  const reader = response.body?.pipeThrough(new TextDecoderStream() as never).getReader()
  let text = ''
  while (!text.includes('content_block_delta')) text += (await reader?.read())?.value ?? ''

  await reader?.cancel()

  await (await arrived).aborted
  expect(text.match(/event: content_block_delta/g)).toHaveLength(1)
})

test('an error before content is the second event of the stream', async () => {
  const { text, error } = await readAll(await play({ kind: 'error', after: 0 }))

  expect(error).toBeNull()
  expect(text.match(/^event: .*$/gm)).toEqual(['event: message_start', 'event: error'])
  expect(text).toContain('"type":"overloaded_error"')
})

test('an error without a stream is an HTTP error', async () => {
  const response = await play({ kind: 'error', after: 0 }, false)

  expect(response.status).toBe(529)
})

test('a gate holds the stream behind its first delta', async () => {
  const gate = Promise.withResolvers<void>()
  const response = await play({ kind: 'text', deltas: 3, gate: gate.promise })
  const reader = response.body?.pipeThrough(new TextDecoderStream() as never).getReader()
  let text = ''
  while (!text.includes('content_block_delta')) text += (await reader?.read())?.value ?? ''
  expect(text.match(/event: content_block_delta/g)).toHaveLength(1)

  gate.resolve()

  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    text += part.value
  }
  expect(text.match(/event: content_block_delta/g)).toHaveLength(3)
})

test('a body is sent as it is', async () => {
  const response = await play({ kind: 'body', contentType: 'text/html', body: '<h1>Welcome</h1>' })

  expect(response.headers.get('content-type')).toBe('text/html')
  expect(await response.text()).toBe('<h1>Welcome</h1>')
})

test('a redirect names another place', async () => {
  const response = await play({ kind: 'redirect', location: 'http://127.0.0.1:9/' })

  expect(response.status).toBe(307)
  expect(response.headers.get('location')).toBe('http://127.0.0.1:9/')
})

test('a complete answer aborts nothing, and a request is kept as it was sent', async () => {
  const arrived = simulator.nextCall()
  await (await play({ kind: 'text' })).text()

  const call = await arrived
  expect(Bun.peek.status(call.aborted)).toBe('pending')
  expect(call).toMatchObject({ wire: 'anthropic', model: MODEL, status: 200, method: 'POST' })
  expect(call.text).toBe(JSON.stringify(bodyOf(true)))
})

test('a long stream to a slow reader arrives whole', async () => {
  const text = 'All work and no play. '.repeat(100_000)
  const response = await play({ kind: 'text', text, deltas: 200 }, true)

  const events = (await response.text()).match(/"text":"[^"]+"/g) ?? []

  expect(events.map((event) => JSON.parse(`{${event}}`).text).join('')).toBe(text)
})

test('one port is not given out twice', () => {
  const port = Number(new URL(simulator.url).port)

  expect(() => startSimulator({ port })).toThrow(String(port))
})

function play(step: Step, stream = true): Promise<Response> {
  simulator.script(MODEL, step)
  return ask({ stream })
}

function ask({ stream = true, signal = AbortSignal.timeout(5000) }): Promise<Response> {
  return fetch(`${simulator.url}/v1/messages`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'x-api-key': 'ada',
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
    },
    body: JSON.stringify(bodyOf(stream)),
    signal,
  })
}

function bodyOf(stream: boolean) {
  return { model: MODEL, max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }], stream }
}

async function readAll(response: Response): Promise<{ text: string; error: unknown }> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true })
    return { text, error: null }
  } catch (error) {
    return { text, error }
  }
}
