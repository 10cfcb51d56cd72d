import { describe, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import type { Config } from '../../src/config/config.ts'
import { load, messageOf } from './source.ts'

const BEDROCK = 'providers: { bedrock: { region: us-west-2 } }'

describe('stands over the file', () => {
  const table: [
    name: string,
    value: string,
    read: (config: Config) => unknown,
    expected: unknown,
  ][] = [
    ['PORT', '4001', (config) => config.server.port, 4001],
    ['CLAUDE_PROXY_PORT', '4002', (config) => config.server.port, 4002],
    ['READ_TIMEOUT', '60s', (config) => config.server.readTimeoutMs, 60_000],
    ['WRITE_TIMEOUT', '61s', (config) => config.server.writeTimeoutMs, 61_000],
    ['IDLE_TIMEOUT', '2m', (config) => config.server.idleTimeoutMs, 120_000],
    ['CLAUDE_PROXY_HOST', '::1', (config) => config.server.host, '::1'],
    ['CLAUDE_PROXY_API_KEYS', 'ada, bob', (config) => config.server.apiKeys, ['ada', 'bob']],
    ['CLAUDE_PROXY_DB', '/var/lib/h.db', (config) => config.history.path, '/var/lib/h.db'],
    [
      'BEDROCK_REGION',
      'eu-west-1',
      (config) => config.providers.get('bedrock')?.region,
      'eu-west-1',
    ],
    [
      'BEDROCK_ENDPOINT',
      'https://vpce.example.com/',
      (config) => config.providers.get('bedrock')?.baseUrl,
      'https://vpce.example.com',
    ],
    ['ROUTING_ENABLE', 'False', (config) => config.routing.enable, false],
    ['RETRY_TIMEOUT_MILLIS', '50', (config) => config.routing.retryTimeoutMs, 50],
    ['RATE_LIMIT_SECONDS', '60', (config) => config.routing.rateLimitMs, 60_000],
  ]
  const file = `
server: { port: 1, host: localhost, read_timeout: 1s, write_timeout: 1s, idle_timeout: 1s, api_keys: [eve] }
providers: { bedrock: { region: us-west-2, endpoint: "https://bedrock.example.com" } }
routing:
  enable: true
  retry_timeout_millis: 1
  rate_limit_seconds: 1
  models: [{ model: default, provider_sequence: [{ name: bedrock, variants: [{ model: x }] }] }]
history: { path: file.db }`
  for (const [name, value, read, expected] of table) {
    test(name, async () => {
      expect(read(await load(file, { env: { [name]: value } }))).toEqual(expected)
    })
  }

  test('ours over the predecessor’s, and a flag over both', async () => {
    const env = { PORT: '1', CLAUDE_PROXY_PORT: '2' }
    expect((await load('', { env })).server.port).toBe(2)
    expect((await load('', { env, port: 3 })).server.port).toBe(3)
  })

  test('unless it is empty', async () => {
    expect((await load('server: { port: 5 }', { env: { PORT: '' } })).server.port).toBe(5)
  })
})

describe('fills what the file leaves open', () => {
  test('a key, a region and a base URL', async () => {
    const { providers } = await load('providers: { groq: {}, cerebras: {}, bedrock: {} }', {
      env: {
        GROQ_API_KEY: 'gsk',
        CEREBRAS_API_KEY: 'csk',
        CEREBRAS_BASE_URL: 'https://cerebras.example.com',
        AWS_REGION: 'eu-north-1',
        AWS_PROFILE: 'work',
      },
    })
    expect(providers.get('groq')).toMatchObject({ apiKey: 'gsk', unusable: null })
    expect(providers.get('cerebras')?.baseUrl).toBe('https://cerebras.example.com/v1')
    expect(providers.get('bedrock')).toMatchObject({ region: 'eu-north-1', profileName: 'work' })
  })

  test('and never stands over it', async () => {
    const { providers } = await load(
      'providers: { groq: { api_key: mine, base_url: "https://groq.example.com" }, bedrock: { region: us-west-2 } }',
      {
        env: {
          GROQ_API_KEY: 'theirs',
          GROQ_BASE_URL: 'https://elsewhere.example.com',
          AWS_REGION: 'eu-north-1',
        },
      },
    )
    expect(providers.get('groq')).toMatchObject({
      apiKey: 'mine',
      baseUrl: 'https://groq.example.com/v1',
    })
    expect(providers.get('bedrock')?.region).toBe('us-west-2')
  })

  test('a profile in the file is not overruled by a bearer token in the environment', async () => {
    const { providers } = await load('providers: { bedrock: { profile_name: work } }', {
      env: { AWS_BEARER_TOKEN_BEDROCK: 'absk', AWS_REGION: 'us-east-1' },
    })
    expect(providers.get('bedrock')).toMatchObject({ apiKey: null, profileName: 'work' })
  })

  test('a key of the environment stays at home where the client’s credential is passed on', async () => {
    const { providers } = await load('providers: { anthropic: { auth: passthrough } }', {
      env: { ANTHROPIC_API_KEY: 'sk-ant' },
    })
    expect(providers.get('anthropic')).toMatchObject({ apiKey: null, unusable: null })
  })

  test('the base URLs that people point at a proxy like this one are never read', async () => {
    const { providers } = await load('', {
      env: {
        ANTHROPIC_API_KEY: 'sk-ant',
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:3001',
        OPENAI_API_KEY: 'sk',
        OPENAI_BASE_URL: 'http://127.0.0.1:3001/v1',
      },
    })
    expect([...providers.values()].map(({ baseUrl }) => baseUrl)).toEqual([
      'https://api.anthropic.com',
      'https://api.openai.com/v1',
    ])
  })
})

describe('a value that does not fit is a problem that names where it came from', () => {
  const table: [from: Parameters<typeof load>[1], message: string][] = [
    [{ env: { PORT: 'http' } }, 'PORT: "http" is not a port; write for example 3001'],
    [
      { env: { IDLE_TIMEOUT: 'never' } },
      'IDLE_TIMEOUT: "never" is not a duration; write for example 300s or 5m or 250ms',
    ],
    [
      { env: { ROUTING_ENABLE: 'perhaps' } },
      'ROUTING_ENABLE: "perhaps" is not true or false; write for example true',
    ],
    [
      { env: { BEDROCK_REGION: 'oregon' } },
      'BEDROCK_REGION: "oregon" is not an AWS region; write for example us-west-2',
    ],
    [
      { env: { CLAUDE_PROXY_API_KEYS: ',' } },
      `CLAUDE_PROXY_API_KEYS: this is not a key (printable characters, no spaces); write for example \${MY_API_KEY}`,
    ],
    [
      { host: '0.0.0.0' },
      '--host: anyone who reaches 0.0.0.0 could use your keys; set server.api_keys (or CLAUDE_PROXY_API_KEYS), or listen on 127.0.0.1',
    ],
    [{ port: 70_000 }, '--port: 70000 is not a port; write for example 3001'],
  ]
  for (const [from, message] of table) {
    test(message.slice(0, message.indexOf(':')), async () => {
      const said = await messageOf(BEDROCK, from)
      expect(said?.split('\n')[0]).toBe(message)
    })
  }
})

test('a path from a flag is relative to the current folder, one in the file to the file', async () => {
  expect((await load('', { db: 'h.db' })).history.path).toBe(resolve('h.db'))
  const { path, history } = await load('history: { path: data/h.db }')
  expect(history.path).toBe(resolve(path ?? '', '../data/h.db'))
})
