import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts'
import { post } from '../../support/client.ts'
import { startTestProxy, type TestProxy } from '../../support/proxy.ts'
import { RECORDED, recordedRequests } from '../../support/recorded.ts'
import type { Wire } from './recordings.ts'
import { addressOf, apiOf } from './stage.ts'

interface Service {
  provider: string
  wire: Wire
  /** Where the simulator plays it. */
  path: string
  /** Models that differ in what they take. */
  models: string[]
}

const SERVICES: Service[] = [
  {
    provider: 'anthropic',
    wire: 'anthropic',
    path: '',
    models: ['claude-opus-5-5', 'claude-sonnet-4-6', 'claude-haiku-4-5', 'claude-sonnet-5'],
  },
  {
    provider: 'bedrock',
    wire: 'invoke',
    path: '',
    models: [
      'us.anthropic.claude-opus-5-5',
      'us.anthropic.claude-sonnet-4-6',
      'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    ],
  },
  {
    provider: 'bedrock',
    wire: 'converse',
    path: '',
    models: ['us.amazon.nova-pro-v1:0', 'openai.gpt-oss-120b-1:0'],
  },
  { provider: 'openai', wire: 'chat', path: '/v1', models: ['gpt-4o', 'gpt-5.1'] },
  { provider: 'openai', wire: 'responses', path: '/v1', models: ['gpt-5.6-luna', 'gpt-5-mini'] },
  {
    provider: 'groq',
    wire: 'chat',
    path: '/openai/v1',
    models: ['openai/gpt-oss-120b', 'qwen/qwen3-32b'],
  },
  { provider: 'cerebras', wire: 'chat', path: '/v1', models: ['gpt-oss-120b', 'zai-glm-4.7'] },
  {
    provider: 'openrouter',
    wire: 'chat',
    path: '/api/v1',
    models: ['anthropic/claude-sonnet-4.5', 'moonshotai/kimi-k2'],
  },
  { provider: 'compatible', wire: 'chat', path: '/v1', models: ['llama3.3'] },
]

const ROUTES = SERVICES.flatMap(({ models, ...service }) =>
  models.map((model) => ({ ...service, model, route: `${service.provider}/${model}` })),
)

function yaml(url: string): string {
  const providers = SERVICES.map(
    ({ provider, wire, path }) =>
      `  ${provider}: { ${addressOf(wire, `${url}${path}`)}, api_key: key-of-${provider} }`,
  )
  const routes = ROUTES.map(({ provider, wire, model, route }) => {
    const step = `{ name: ${provider}, variants: [{ model: "${model}"${apiOf(wire)} }] }`
    return `    - { model: "${route}", provider_sequence: [${step}] }`
  })
  return `
providers:
${[...new Set(providers)].join('\n')}
routing:
  models:
${routes.join('\n')}
`
}

let simulator: Simulator
let proxy: TestProxy

beforeAll(async () => {
  simulator = startSimulator({ anyModel: true })
  proxy = await startTestProxy(yaml(simulator.url))
})
afterAll(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

describe.skipIf(!RECORDED)('what Claude Code has sent', () => {
  for (const { provider, wire, model, route } of ROUTES) {
    test(`is taken at the first try by ${provider} (${wire}), ${model}`, async () => {
      const requests = await recordedRequests('claude-code')
      expect(requests.length).toBeGreaterThan(15)
      for (const { name, headers, body } of requests) {
        for (const stream of [true, false]) {
          const response = await post(proxy.url, { ...body, model: route, stream }, { headers })
          const heard = await response.text()
          expect([name, response.status, response.ok ? '' : heard]).toEqual([name, 200, ''])
          expect(heard).toContain(stream ? 'event: message_stop' : '"type":"message"')
          expect(response.headers.get('x-proxy-attempts')).toBe('1')
        }
      }
    })
  }
})
