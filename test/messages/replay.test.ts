import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { lanesYaml, SPARE } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

let simulator: Simulator
let proxy: TestProxy
let forgetful: TestProxy

beforeAll(async () => {
  simulator = startSimulator()
  proxy = await startTestProxy(
    lanesYaml(simulator)
      .replace('providers:\n', `providers:\n  own: ${OWN_LOGIN}\n`)
      .replace('  models:\n', `  models:\n    - ${OWN_LOGIN_ROUTE}\n`)
      .replaceAll('OWN', simulator.url)
      .concat('history: { payloads: all }'),
  )
  forgetful = await startTestProxy(lanesYaml(simulator))
})
afterAll(async () => {
  await proxy.stop(0)
  await forgetful.stop(0)
  await simulator.stop()
})

const OWN_LOGIN = '{ type: anthropic, base_url: "OWN", auth: passthrough }'
const OWN_LOGIN_ROUTE =
  '{ model: own, provider_sequence: [{ name: own, variants: [{ model: claude-opus-5-5 }] }] }'

const BODY = { max_tokens: 10, stream: true, messages: [{ role: 'user', content: 'Hi' }] }

/** A client's request that was answered and kept; gives its id. */
async function ask(model: string, changes: object = {}): Promise<string> {
  const text = JSON.stringify({ model, ...BODY, ...changes })
  const response = await post(proxy.url, text, {
    headers: { 'x-api-key': 'key-of-the-client', 'x-claude-code-session-id': 'a-conversation' },
  })
  await response.text()
  const id = response.headers.get('request-id') ?? ''
  await proxy.kept(id)
  return id
}

const replay = (id: string, body: unknown = {}, { url } = proxy) =>
  fetch(`${url}/api/requests/${id}/replay`, { method: 'POST', body: JSON.stringify(body) })

const refusal = async (response: Response) => {
  const { error } = (await response.json()) as { error: { type: string; message: string } }
  return { status: response.status, message: error.message }
}

describe('a replay', () => {
  test('is a request like any other, that says which one it repeats', async () => {
    const id = await ask('anthropic')

    const answer = (await (await replay(id)).json()) as { id: string; replay_of: string }

    expect(answer.replay_of).toBe(id)
    expect(await proxy.request(answer.id)).toMatchObject({
      replay_of: id,
      state: 'complete',
      requested_model: 'anthropic',
      provider: 'direct',
      stream: true,
      attempts: [{ outcome: 'ok' }],
    })
    const [original, repeated] = simulator.calls.slice(-2)
    expect(repeated?.text).toBe(original?.text ?? '')
  })

  test('goes to the target that was chosen, and to no other', async () => {
    const id = await ask('anthropic')
    const failure = { kind: 'refuse', status: 401 } as const
    simulator.script(SPARE, failure)

    const answer = (await (await replay(id, { target: `spare/${SPARE}` })).json()) as { id: string }

    const row = await proxy.request(answer.id)
    expect(row.state).toBe('failed')
    expect(row.attempts.map(({ provider }) => provider)).toEqual(['spare'])
  })

  test('takes no part in the conversation it is taken from', async () => {
    const id = await ask('anthropic')
    expect((await proxy.request(id)).session_id).toBe('a-conversation')

    const answer = (await (await replay(id)).json()) as { id: string }

    expect((await proxy.request(answer.id)).session_id).toBeNull()
  })

  test('is cancelled when whoever asked for it leaves', async () => {
    const id = await ask('anthropic')
    simulator.script('claude-opus-5-5', { kind: 'silence' })
    const arrived = simulator.nextCall()
    const leaving = new AbortController()
    const asked = fetch(`${proxy.url}/api/requests/${id}/replay`, {
      method: 'POST',
      signal: leaving.signal,
    }).catch(() => null)
    const call = await arrived
    leaving.abort()

    await call.aborted
    await asked
    const [newest] = await proxy.requests()
    expect(newest).toMatchObject({ replay_of: id, state: 'client_closed' })
  })

  describe('is refused with the reason and the remedy', () => {
    test('where the body was not kept', async () => {
      const response = await post(forgetful.url, { model: 'anthropic', ...BODY })
      await response.text()
      const id = response.headers.get('request-id') ?? ''
      const { status, message } = await refusal(await replay(id, {}, forgetful))
      expect(status).toBe(400)
      expect(message).toContain('was not kept')
      expect(message).toContain('history.payloads: all')
    })

    test('where it was not kept whole', async () => {
      const source = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' }
      const content = [{ type: 'image', source }]
      const id = await ask('anthropic', { messages: [{ role: 'user', content }] })
      expect((await refusal(await replay(id))).message).toContain('was not kept whole')
    })

    test('for a target that nobody knows', async () => {
      const id = await ask('anthropic')
      const { status, message } = await refusal(await replay(id, { target: '<b>' }))
      expect(status).toBe(400)
      expect(message).toContain('There is no target "<b>"')
    })

    test("where it would take the client's own credential", async () => {
      const id = await ask('own')
      const chosen = await refusal(await replay(id, { target: 'own/claude-opus-5-5' }))
      const routed = await refusal(await replay(id))
      expect(chosen.message).toContain('auth: passthrough')
      expect(routed).toEqual(chosen)
    })

    test('for a request that is not in the history', async () => {
      const { status, message } = await refusal(await replay('req_nowhere'))
      expect(status).toBe(404)
      expect(message).toBe('There is no request req_nowhere.')
    })

    test.each(['[]', '{"target":1}', '{"goal":"x"}', '{'])('for the body %s', async (body) => {
      const response = await fetch(`${proxy.url}/api/requests/req_1/replay`, {
        method: 'POST',
        body,
      })
      expect((await refusal(response)).message).toContain('The body must be JSON')
    })
  })
})

describe('the form', () => {
  const submit = (id: string, target: string) =>
    fetch(`${proxy.url}/requests/${id}/replay`, {
      method: 'POST',
      body: new URLSearchParams({ target }),
      redirect: 'manual',
      headers: { accept: 'text/html' },
    })

  test('leads to both answers', async () => {
    const id = await ask('anthropic')

    const response = await submit(id, '')

    expect(response.status).toBe(303)
    const [newest] = await proxy.requests()
    expect(response.headers.get('location')).toBe(`/requests/${id}/compare/${newest?.id}`)
  })

  test('says on a page why it could not', async () => {
    const response = await submit('req_1"><b>', '<i>')
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('There is no request req_1&quot;&gt;&lt;b&gt;.')
  })
})
