import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { pdfBlock, pdfOf } from '../providers/translation/pdf-file.ts'
import { post } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

let simulator: Simulator
let proxy: TestProxy

beforeAll(async () => {
  simulator = startSimulator()
  proxy = await startTestProxy(`
providers:
  fast: { type: openai, base_url: "${simulator.url}/openai/v1", service: groq, api_key: x }
  gpt: { type: openai, base_url: "${simulator.url}/as/openai/v1", service: openai, api_key: x }
  direct: { type: anthropic, base_url: "${simulator.url}", api_key: x }
routing:
  max_wait: 0
  models:
    - { model: fast-only, provider_sequence: [{ name: fast, variants: [{ model: llama-3.3-70b }] }] }
    - { model: gpt, provider_sequence: [{ name: gpt, variants: [{ model: gpt-4o, api: chat }] }] }
    - model: both
      provider_sequence:
        - { name: fast, variants: [{ model: llama-3.3-70b }] }
        - { name: direct, variants: [{ model: claude-haiku-4-5 }] }
`)
})

beforeEach(() => {
  simulator.calls.length = 0
  for (const model of ['llama-3.3-70b', 'gpt-4o', 'claude-haiku-4-5']) simulator.script(model)
})

afterAll(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const SCAN = pdfBlock(pdfOf(''), 'scan.pdf')

function ask(model: string, document: object, more: object = {}) {
  const messages = [{ role: 'user', content: [document, { type: 'text', text: 'Sum it up.' }] }]
  return post(proxy.url, { model, max_tokens: 100, messages, ...more })
}

async function attemptsOf(response: Response): Promise<unknown[]> {
  const { attempts } = await proxy.request(response.headers.get('request-id') ?? '')
  return attempts.map(({ provider, outcome }) => [provider, outcome])
}

test('a PDF goes as text to a model that takes no files', async () => {
  const response = await ask('fast-only', pdfBlock(pdfOf('Revenue was up.')))
  expect(response.status).toBe(200)
  expect(simulator.calls[0]?.body).toMatchObject({
    messages: [{ role: 'user', content: 'report.pdf:\n[Page 1]\nRevenue was up.\n\nSum it up.' }],
  })
})

test('and as a file to one that does', async () => {
  const response = await ask('gpt', SCAN)
  expect(response.status).toBe(200)
  expect(simulator.calls[0]?.body).toMatchObject({
    messages: [{ role: 'user', content: [{ type: 'file', file: { filename: 'scan.pdf' } }, {}] }],
  })
})

test('one without text goes to the target that takes it, and harms the other in no way', async () => {
  for (let turn = 0; turn < 3; turn++) {
    const response = await ask('both', SCAN)
    expect(response.status).toBe(200)
    expect(await attemptsOf(response)).toEqual([
      ['fast', 'unfit'],
      ['direct', 'ok'],
    ])
  }
})

test('and where there is none, the client hears why', async () => {
  const response = await ask('fast-only', SCAN)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    type: 'error',
    error: {
      type: 'invalid_request_error',
      message:
        'The document "scan.pdf" cannot be shown to this model, which takes no files: it holds no ' +
        'text, only pictures of its pages.',
    },
  })
  expect(simulator.calls).toEqual([])
})

test('so does one with more tools than the service takes', async () => {
  const tools = Array.from({ length: 129 }, (_, index) => ({
    name: `tool_${index}`,
    input_schema: { type: 'object' },
  }))
  const text = { type: 'text', text: 'Hello' }
  expect(await attemptsOf(await ask('both', text, { tools }))).toEqual([
    ['fast', 'unfit'],
    ['direct', 'ok'],
  ])
  const alone = await ask('fast-only', text, { tools })
  expect(alone.status).toBe(400)
  expect(await alone.text()).toContain('fast takes 128 tools at most, and this request has 129')
})
