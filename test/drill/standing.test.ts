import { expect, test } from 'bun:test'
import { readConfig } from '../../src/config/load.ts'
import { chainsOf } from '../../src/drill/chains.ts'
import { standingIn } from '../../src/drill/standing.ts'

const read = (yaml: string) =>
  readConfig(yaml, { env: {}, homeDir: '/nowhere', executableDir: '/nowhere' })

const YAML = `
server: { host: 0.0.0.0, api_keys: [our-secret], port: 3001 }
providers:
  anthropic: { api_key: secret-of-anthropic }
  bedrock: { profile_name: secret-profile }
  groq: { api_key: "\${NOT_SET}" }
  openrouter: { api_key: secret-of-openrouter, extra_body: { token: secret-field } }
  unused: { type: openai, base_url: "https://llm.example.com/v1", api_key: secret-of-unused }
routing:
  rate_limit_seconds: 7
  on_stream_failure: continue
  models:
    - model: default
      strategy: round_robin
      provider_sequence:
        - { name: anthropic }
        - name: bedrock
          variants:
            - { model: us.anthropic.claude-opus-5-5, region: eu-west-1, rpm: 2 }
            - { model: amazon.nova-pro-v1:0, region: eu-west-1 }
        - { name: groq, variants: [{ model: llama-5 }] }
        - { name: openrouter, variants: [{ model: anthropic/claude-sonnet-4 }] }
    - { model: haiku, provider_sequence: [{ name: groq, variants: [{ model: llama-5 }] }] }
    - { model: small, provider_sequence: [{ name: groq, variants: [{ model: llama-5 }] }] }
history: { path: /home/ada/history.db }
`

test('routes with the same chain are drilled once', async () => {
  const chains = chainsOf(await read(YAML))
  expect(chains.map(({ routes, targets }) => [routes, targets.map(({ id }) => id)])).toEqual([
    [
      ['default'],
      [
        'anthropic/default',
        'bedrock/us.anthropic.claude-opus-5-5@eu-west-1',
        'bedrock/amazon.nova-pro-v1:0@eu-west-1',
        'groq/llama-5',
        'openrouter/anthropic/claude-sonnet-4',
      ],
    ],
    [['haiku', 'small'], ['groq/llama-5']],
  ])
})

test('with routing off the first provider is the chain', async () => {
  const [chain, ...more] = chainsOf(
    await read(YAML.replace('routing:', 'routing:\n  enable: false')),
  )
  expect(chain).toMatchObject({ routes: [], targets: [{ provider: 'anthropic' }] })
  expect(more).toEqual([])
})

test('without a provider there is no chain', async () => {
  expect(chainsOf(await read(''))).toEqual([])
})

test('nothing of the real services is left: no address, no key, no file', async () => {
  const config = await read(YAML)
  const [chain] = chainsOf(config)
  if (!chain) throw new Error('the config has a chain')
  const staged = standingIn(config, chain, () => 'http://127.0.0.1:4711')
  const addresses = [
    ...[...staged.providers.values()].map(({ baseUrl }) => baseUrl),
    ...staged.routing.routes.flatMap(({ targets }) => targets.map(({ endpoint }) => endpoint)),
  ]
  expect(addresses.map((address) => new URL(address ?? '').hostname)).toEqual(
    addresses.map(() => '127.0.0.1'),
  )
  const all = JSON.stringify({ ...staged, providers: [...staged.providers] })
  expect(all).not.toContain('secret')
  expect(staged.server).toMatchObject({ host: '127.0.0.1', port: 0, apiKeys: [] })
  expect(staged.history.path).toBe(':memory:')
  expect([...staged.providers.values()].every(({ unusable }) => unusable === null)).toBe(true)
})

test('what decides about the routing stays', async () => {
  const config = await read(YAML)
  const [chain] = chainsOf(config)
  if (!chain) throw new Error('the config has a chain')
  const { routing } = standingIn(config, chain, () => 'http://127.0.0.1:4711')
  expect(routing).toMatchObject({ rateLimitMs: 7000, onStreamFailure: 'continue' })
  const [route] = routing.routes
  expect(route).toMatchObject({ model: 'default', strategy: 'round_robin' })
  expect(route?.targets.map(({ id, limits }) => [id, limits.rpm])).toEqual([
    ['anthropic/default', null],
    ['bedrock/us.anthropic.claude-opus-5-5@eu-west-1', 2],
    ['bedrock/amazon.nova-pro-v1:0@eu-west-1', null],
    ['groq/llama-5', null],
    ['openrouter/anthropic/claude-sonnet-4', null],
  ])
})
