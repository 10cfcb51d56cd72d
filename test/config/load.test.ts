import { describe, expect, test } from 'bun:test'
import { chmod, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Check } from 'typebox/schema'
import { parse } from 'yaml'
import { findConfigPath } from '../../src/config/find.ts'
import { configSchema } from '../../src/config/json-schema.ts'
import { loadConfig, readConfig } from '../../src/config/load.ts'
import { maskedConfig } from '../../src/config/mask.ts'
import { load, sourceIn, temporaryFolder } from './source.ts'

const OWN_FILE = join(import.meta.dir, '../../config.yaml')

const targetIds = (config: Awaited<ReturnType<typeof load>>) =>
  config.routing.routes.map(({ model, targets }) => [model, ...targets.map(({ id }) => id)])

describe('without a file', () => {
  test('there is nothing to use, and that is a configuration', async () => {
    await using folder = await temporaryFolder()
    const config = await loadConfig(sourceIn(folder.path))
    expect(config).toMatchObject({
      path: null,
      notices: [],
      routing: { enable: false, routes: [] },
    })
    expect(config.providers.size).toBe(0)
    expect(config.server).toEqual({
      host: '127.0.0.1',
      port: 3001,
      readTimeoutMs: 300_000,
      writeTimeoutMs: 300_000,
      idleTimeoutMs: 300_000,
      connectTimeoutMs: 10_000,
      firstEventTimeoutMs: 120_000,
      requestTimeoutMs: 540_000,
      pingAfterMs: 240_000,
      apiKeys: [],
      allowedHosts: [],
      maxBodyBytes: 32 * 1024 * 1024,
    })
    expect(config.history).toEqual({
      path: join(folder.path, 'ada/.local/share/claude-proxy/history.db'),
      retentionMs: 30 * 24 * 3600 * 1000,
      maxBytes: 1024 ** 3,
      payloads: 'none',
      payloadBytes: 2 ** 20,
      payloadsBytes: 256 * 2 ** 20,
    })
  })

  test('the built-in providers whose key is in the environment count', async () => {
    await using folder = await temporaryFolder()
    const env = { GROQ_API_KEY: 'gsk', ANTHROPIC_API_KEY: 'sk-ant', AWS_PROFILE: 'work' }
    const { providers } = await loadConfig(sourceIn(folder.path, { env }))
    expect([...providers.keys()]).toEqual(['anthropic', 'groq'])
  })

  test('the history goes where XDG says', async () => {
    await using folder = await temporaryFolder()
    const env = { XDG_DATA_HOME: '/srv/data' }
    const { history } = await loadConfig(sourceIn(folder.path, { env }))
    expect(history.path).toBe('/srv/data/claude-proxy/history.db')
  })
})

test('a text does as well as a file, and has no lines to point at', async () => {
  const source = sourceIn('/nowhere')
  expect((await readConfig('server: { port: 5 }', source)).server.port).toBe(5)
  await expect(readConfig('server: { prot: 5 }', source)).rejects.toThrow(
    'server.prot: unknown key "prot"; did you mean "port"?',
  )
})

describe('the file is looked for', () => {
  async function write(path: string) {
    await mkdir(dirname(path), { recursive: true })
    await Bun.write(path, '')
    return path
  }

  test('beside the executable, before that in the user’s folder, before that where we are told', async () => {
    await using folder = await temporaryFolder()
    const source = sourceIn(folder.path)
    expect(findConfigPath(source)).toBeNull()
    const beside = await write(join(folder.path, 'opt/config.yaml'))
    expect(findConfigPath(source)).toBe(beside)
    const users = await write(join(folder.path, 'ada/.config/claude-proxy/config.yaml'))
    expect(findConfigPath(source)).toBe(users)
    const named = await write(join(folder.path, 'named.yaml'))
    expect(findConfigPath({ ...source, env: { CLAUDE_PROXY_CONFIG: named } })).toBe(named)
    const asked = await write(join(folder.path, 'asked.yaml'))
    const both = { ...source, configPath: asked, env: { CLAUDE_PROXY_CONFIG: named } }
    expect(findConfigPath(both)).toBe(asked)
  })

  test('in XDG_CONFIG_HOME', async () => {
    await using folder = await temporaryFolder()
    const path = await write(join(folder.path, 'xdg/claude-proxy/config.yaml'))
    const env = { XDG_CONFIG_HOME: join(folder.path, 'xdg') }
    expect(findConfigPath(sourceIn(folder.path, { env }))).toBe(path)
  })

  test('and one that was named but is not there is an error', () => {
    expect(() => findConfigPath(sourceIn('/nowhere', { configPath: 'my.yaml' }))).toThrow(
      '--config: there is no file "my.yaml"; correct the path, or leave out --config',
    )
  })
})

describe('the file of the predecessor, which is our own', () => {
  test('loads as it stands', async () => {
    await using folder = await temporaryFolder()
    const config = await loadConfig(sourceIn(folder.path, { configPath: OWN_FILE }))
    expect(config.server).toMatchObject({ port: 3001, readTimeoutMs: 300_000 })
    expect(config.routing).toMatchObject({
      enable: true,
      retryTimeoutMs: 1000,
      rateLimitMs: 10_000,
      maxWaitMs: 30_000,
    })
    expect(config.routing.routes.map(({ model, targets }) => [model, targets.length])).toEqual([
      ['default', 9],
      ['haiku', 3],
    ])
    expect(config.routing.routes[0]?.targets[0]).toEqual({
      id: 'bedrock/us.anthropic.claude-opus-4-1-20250805-v1:0@us-west-2',
      provider: 'bedrock',
      model: 'us.anthropic.claude-opus-4-1-20250805-v1:0',
      baseModel: 'us.anthropic.claude-opus-4-1-20250805-v1:0',
      region: 'us-west-2',
      endpoint: null,
      limits: { rpm: null, tpm: null, maxConcurrent: null, group: null },
      timers: {
        connectTimeoutMs: 10_000,
        firstEventTimeoutMs: 120_000,
        idleTimeoutMs: 300_000,
        requestTimeoutMs: 540_000,
      },
      weight: 1,
      contextWindow: 200_000,
      api: 'auto',
      strip: [],
    })
    expect(config.notices).toEqual([])
  })

  test('and with every line that is commented out', async () => {
    const text = (await Bun.file(OWN_FILE).text()).replaceAll(
      /^( *)# ( *(?:- )?\w+:(?: .*)?)$/gm,
      '$1$2',
    )
    const env = { PROXY_KEY: 'ada', AWS_BEARER_TOKEN_BEDROCK: 'b', CEREBRAS_API_KEY: 'c' }
    const config = await load(text, { env })
    expect([...config.providers.keys()]).toEqual([
      'bedrock',
      'anthropic',
      'openrouter',
      'cerebras',
      'local',
    ])
    expect(config.server.allowedHosts).toEqual(['proxy.lan'])
    const [first, second] = config.routing.routes
    expect(first).toMatchObject({ strategy: 'order' })
    expect(first?.targets[0]?.limits).toMatchObject({ rpm: 2, group: 'opus' })
    expect(first?.targets[0]).toMatchObject({ weight: 1, contextWindow: 200_000 })
    expect(second?.targets[0]?.id).toBe('cerebras/qwen-3-coder-480b')
    expect(config.history.payloads).toBe('none')
  })
})

describe('a base URL', () => {
  const openai: [written: string, used: string][] = [
    ['http://127.0.0.1:11434', 'http://127.0.0.1:11434/v1'],
    ['http://127.0.0.1:11434/v1/', 'http://127.0.0.1:11434/v1'],
    ['https://api.groq.com/openai', 'https://api.groq.com/openai/v1'],
    ['https://mine.openai.azure.com', 'https://mine.openai.azure.com/openai/v1'],
    ['https://mine.openai.azure.com/openai/v1/', 'https://mine.openai.azure.com/openai/v1'],
    ['https://gemini.example.com/v1beta/openai/', 'https://gemini.example.com/v1beta/openai'],
    ['https://glm.example.com/api/paas/v4', 'https://glm.example.com/api/paas/v4'],
  ]
  for (const [written, used] of openai) {
    test(`${written} on the OpenAI wire is ${used}`, async () => {
      const yaml = `providers: { mine: { type: openai, base_url: "${written}", api_key: x } }`
      expect((await load(yaml)).providers.get('mine')?.baseUrl).toBe(used)
    })
  }

  test('on the Anthropic wire ends before its version', async () => {
    const yaml =
      'providers: { mine: { type: anthropic, base_url: "https://llm.example.com/a/v1" } }'
    expect((await load(yaml)).providers.get('mine')?.baseUrl).toBe('https://llm.example.com/a')
  })

  test('may be plain http where that is allowed', async () => {
    const yaml =
      'providers: { mine: { type: openai, base_url: "http://nas.lan:8000", allow_http: true } }'
    expect((await load(yaml)).providers.get('mine')?.baseUrl).toBe('http://nas.lan:8000/v1')
  })

  test('tells whose habits to expect, whatever the provider is called', async () => {
    const yaml = `providers:
      fast: { type: openai, base_url: "https://api.groq.com/openai/v1", api_key: x }
      slow: { type: openai, base_url: "http://127.0.0.1:11434" }`
    const { providers } = await load(yaml)
    expect([...providers.values()].map(({ service }) => service)).toEqual(['groq', 'ollama'])
  })

  test.each([
    ['https://res.openai.azure.com/openai/v1', 'azure'],
    ['https://res.services.ai.azure.com/openai/v1', 'azure'],
    ['https://api.deepseek.com', 'deepseek'],
    ['https://generativelanguage.googleapis.com/v1beta/openai', 'gemini'],
    ['https://api.mistral.ai/v1', 'mistral'],
    ['https://api.moonshot.cn/v1', 'moonshot'],
    ['https://api.x.ai/v1', 'xai'],
    ['https://api.z.ai/api/paas/v4', 'zai'],
    ['http://localhost:1234/v1', 'lmstudio'],
    ['http://[::1]:8000/v1', 'vllm'],
    ['https://api.deepseek.com.example.org/v1', 'custom'],
    ['https://llm.example.com:11434/v1', 'custom'],
  ])('%s has the habits of %s', async (base_url, service) => {
    const { providers } = await load(
      `providers: { mine: { type: openai, base_url: "${base_url}", api_key: x } }`,
    )
    expect(providers.get('mine')?.service).toBe(service as 'azure')
  })

  test('leaves it to the file where it does not tell', async () => {
    const yaml = `providers:
      box: { type: openai, base_url: "https://box.lan", service: ollama }
      other: { type: anthropic, base_url: "http://127.0.0.1:8000" }`
    const { providers } = await load(yaml)
    expect([...providers.values()].map(({ service }) => service)).toEqual(['ollama', 'custom'])
  })
})

describe('OpenRouter', () => {
  test('is asked in OpenAI’s words', async () => {
    const { providers } = await load('providers: { openrouter: { api_key: x } }')
    expect(providers.get('openrouter')).toMatchObject({
      type: 'openai',
      baseUrl: 'https://openrouter.ai/api/v1',
    })
  })

  test.each([
    ['api_key: x', 'https://openrouter.ai/api'],
    ['api_key: x, base_url: "http://127.0.0.1:9/api/v1"', 'http://127.0.0.1:9/api'],
    ['api_key: x, type: openai', null],
    ['api_key: x, api: chat', null],
  ])('with { %s } Claude is asked in Anthropic’s words at %p', async (fields, messagesUrl) => {
    const { providers } = await load(`providers: { openrouter: { ${fields} } }`)
    expect(providers.get('openrouter')?.messagesUrl).toBe(messagesUrl)
  })

  test('and with type: anthropic in Anthropic’s', async () => {
    const { providers } = await load('providers: { openrouter: { api_key: x, type: anthropic } }')
    expect(providers.get('openrouter')).toMatchObject({
      type: 'anthropic',
      baseUrl: 'https://openrouter.ai/api',
    })
  })
})

describe('a provider that cannot be used says why and spoils nothing else', () => {
  const table: [name: string, yaml: string, sentence: string][] = [
    [
      'groq',
      'providers: { groq: {} }',
      'groq has no key: set GROQ_API_KEY or providers.groq.api_key.',
    ],
    [
      'main',
      `providers: { main: { type: openai, base_url: "https://llm.example.com", api_key: "\${MAIN_KEY}" } }`,
      'providers.main.api_key needs the environment variable MAIN_KEY: set it and start again.',
    ],
    [
      'main',
      `providers: { main: { type: openai, base_url: "https://\${MAIN_HOST}/v1" } }`,
      'providers.main.base_url needs the environment variable MAIN_HOST: set it and start again.',
    ],
    [
      'bedrock',
      'providers: { bedrock: {} }',
      'bedrock has no region: set providers.bedrock.region or AWS_REGION.',
    ],
    [
      'openrouter',
      'routing: { models: [{ model: default, provider_sequence: [{ name: openrouter, variants: [{ model: x }] }] }] }',
      'openrouter has no key: set OPENROUTER_API_KEY or providers.openrouter.api_key.',
    ],
  ]
  for (const [name, yaml, sentence] of table) {
    test(sentence, async () => {
      expect((await load(yaml)).providers.get(name)?.unusable).toBe(sentence)
    })
  }

  test('another variable than the one the file names does not stand in', async () => {
    const yaml = `providers: { groq: { api_key: "\${WORK_KEY}" } }`
    const { providers } = await load(yaml, { env: { GROQ_API_KEY: 'private' } })
    expect(providers.get('groq')).toMatchObject({ apiKey: null })
    expect(providers.get('groq')?.unusable).toContain('WORK_KEY')
  })

  test('a server on this machine needs no key, and Bedrock no region that its variants have', async () => {
    const { providers } = await load(`
providers: { local: { type: openai, base_url: "http://localhost:1" }, bedrock: {} }
routing: { models: [{ model: default, provider_sequence: [{ name: bedrock, variants: [{ model: x, region: us-west-2 }] }] }] }`)
    expect([...providers.values()].map(({ unusable }) => unusable)).toEqual([null, null])
  })
})

describe('variables', () => {
  test('expand inside values and have defaults', async () => {
    const { server } = await load(
      `server: { port: "\${P}", idle_timeout: "\${T:-7}s", api_keys: ["a-\${K}", "\${E:-e}"] }`,
      { env: { P: '4000', K: 'k', E: '' } },
    )
    expect(server).toMatchObject({ port: 4000, idleTimeoutMs: 7000, apiKeys: ['a-k', 'e'] })
  })

  test('cannot add keys to the file', async () => {
    const { server } = await load(`server: { api_keys: ["\${K}"] }`, { env: { K: 'a,port:1' } })
    expect(server).toMatchObject({ apiKeys: ['a,port:1'], port: 3001 })
  })
})

test('a provider that is only named takes everything from the environment', async () => {
  const { providers } = await load('providers:\n  groq:\n', { env: { GROQ_API_KEY: 'gsk' } })
  expect(providers.get('groq')?.apiKey).toBe('gsk')
})

test('a section whose lines are all commented out is not there', async () => {
  const config = await load('server:\nproviders:\nrouting:\n  models:\nhistory:\n')
  expect(config.routing.routes).toEqual([])
})

describe('routes', () => {
  test('name a built-in provider without a section', async () => {
    const config = await load(
      'routing: { models: [{ model: fast, provider_sequence: [{ name: groq, variants: [{ model: x }] }] }] }',
      { env: { GROQ_API_KEY: 'gsk' } },
    )
    expect(targetIds(config)).toEqual([['fast', 'groq/x']])
    expect(config.providers.get('groq')?.unusable).toBeNull()
  })

  test('hand the id through to a server of Anthropic’s kind that has no variants', async () => {
    const config = await load(
      'routing: { models: [{ model: default, provider_sequence: [{ name: anthropic }] }] }',
    )
    expect(config.routing.routes[0]?.targets).toMatchObject([{ provider: 'anthropic', model: '' }])
  })

  test('take timers from the variant, else the provider, else the server', async () => {
    const config = await load(`
server: { connect_timeout: 1s, first_event_timeout: 1s, idle_timeout: 1s, request_timeout: 1s }
providers: { groq: { api_key: x, first_event_timeout: 2s, idle_timeout: 2s, request_timeout: 2s } }
routing: { models: [{ model: fast, provider_sequence: [{ name: groq, variants: [{ model: x, idle_timeout: 3s }] }] }] }`)
    expect(config.routing.routes[0]?.targets[0]?.timers).toEqual({
      connectTimeoutMs: 1000,
      firstEventTimeoutMs: 2000,
      idleTimeoutMs: 3000,
      requestTimeoutMs: 2000,
    })
    expect(config.server.requestTimeoutMs).toBe(1000)
  })

  const variants = (list: string, fields = '') =>
    load(`
providers: { groq: {} }
routing: { models: [{ model: fast, ${fields} provider_sequence: [{ name: groq, variants: [${list}] }] }] }`)

  test('take the context window from the variant, else from what is known of the model', async () => {
    const config = await variants(
      [
        '{ model: gpt-oss-120b }',
        '{ model: gpt-oss-120b, context_window: 64k }',
        '{ model: mine }',
        '{ model: mine, context_window: 1M }',
        '{ model: mine, context_window: 32768 }',
        '{ model: mine, context_window: "1.5M" }',
      ].join(),
    )
    const windows = config.routing.routes[0]?.targets.map(({ contextWindow }) => contextWindow)
    expect(windows).toEqual([131_072, 64_000, null, 1_000_000, 32_768, 1_500_000])
  })

  test('are asked in order, and without weights, unless they say otherwise', async () => {
    const plain = (await variants('{ model: x }')).routing
    expect(plain).toMatchObject({
      onStreamFailure: 'error',
      affinity: true,
      serverTools: 'move',
    })
    expect(plain.routes[0]).toMatchObject({ strategy: 'order', targets: [{ weight: 1 }] })
    const routed = await variants('{ model: x, weight: 3 }', 'strategy: round_robin,')
    expect(routed.routing.routes[0]).toMatchObject({
      strategy: 'round_robin',
      targets: [{ weight: 3 }],
    })
    expect(routed.notices).toEqual([])
  })

  test('whose weights nobody looks at are worth a notice', async () => {
    expect((await variants('{ model: x, weight: 3 }, { model: y }')).notices).toEqual([
      'The weights of route "fast" have no effect with strategy: order.',
    ])
  })

  test('carry on with a broken answer, and forget sessions, where the file says so', async () => {
    const { routing } = await load('routing: { on_stream_failure: continue, affinity: "false" }')
    expect(routing).toMatchObject({ onStreamFailure: 'continue', affinity: false })
  })

  test('may do without the tools of Anthropic in their order', async () => {
    const { routing, providers } = await load(`
routing: { server_tools: remove }
providers:
  anthropic: { api_key: key }
  gateway: { type: anthropic, base_url: "https://gateway.example", server_tools: true }
  other: { type: anthropic, base_url: "https://other.example" }
`)
    expect(routing.serverTools).toBe('remove')
    expect([...providers.values()].map(({ serverTools }) => serverTools)).toEqual([
      ...[true, true, false],
    ])
  })

  test('share the limits of a target that two of them name', async () => {
    const config = await load(`
providers: { bedrock: { region: us-west-2 } }
routing:
  models:
    - { model: default, provider_sequence: [{ name: bedrock, variants: [{ model: x }] }] }
    - { model: haiku, provider_sequence: [{ name: bedrock, variants: [{ model: x, rpm: "2" }] }] }`)
    const limits = config.routing.routes.map(({ targets }) => targets[0]?.limits.rpm)
    expect(limits).toEqual([2, 2])
  })

  test('tell variants at two endpoints apart', async () => {
    const config = await load(`
providers: { bedrock: { region: us-west-2 } }
routing:
  models:
    - model: default
      provider_sequence:
        - name: bedrock
          variants: [{ model: x, endpoint: "https://a.example.com" }, { model: x, region: us-east-1 }]`)
    expect(targetIds(config)).toEqual([
      ['default', 'bedrock/x@us-west-2@a.example.com', 'bedrock/x@us-east-1'],
    ])
  })

  test('switched on without any are worth a notice', async () => {
    const { routing, notices } = await load('routing: { enable: true }')
    expect(routing.enable).toBe(false)
    expect(notices).toEqual([
      'routing.enable is on without routes: ids go unchanged to the first provider.',
    ])
  })
})

describe('secrets', () => {
  test.skipIf(process.platform === 'win32')(
    'in a file that others can read are worth a notice',
    async () => {
      await using folder = await temporaryFolder()
      const configPath = join(folder.path, 'config.yaml')
      const source = sourceIn(folder.path, { configPath })
      await Bun.write(configPath, 'providers: { groq: { api_key: gsk-1 } }')
      await chmod(configPath, 0o644)
      expect((await loadConfig(source)).notices).toEqual([
        `${configPath} holds keys and others can read it: chmod 600 ${configPath}`,
      ])
      await chmod(configPath, 0o600)
      expect((await loadConfig(source)).notices).toEqual([])
    },
  )

  test('are not shown', async () => {
    const config = await load(`
server: { api_keys: [canary-1] }
providers:
  groq: { api_key: canary-2, extra_body: { nested: { user_token: canary-3 }, user: ada } }`)
    const shown = JSON.stringify(maskedConfig(config))
    expect(shown).not.toContain('canary')
    expect(shown).toContain('"user":"ada"')
  })
})

describe('the schema for editors', () => {
  const accepts = (yaml: string) => Check(configSchema(), parse(yaml))
  const routeOf = (variant: string) =>
    `routing: { models: [{ model: x, provider_sequence: [{ name: a, variants: [${variant}] }] }] }`

  test('accepts our own file, and variables wherever a value has a form', async () => {
    expect(accepts(await Bun.file(OWN_FILE).text())).toBe(true)
    expect(accepts(`server: { port: "\${PORT}", idle_timeout: "\${IDLE:-5m}" }`)).toBe(true)
    expect(accepts('providers: { openrouter: { api: chat }, aws2: { type: bedrock } }')).toBe(true)
    expect(accepts(routeOf('{ model: x, context_window: 1M, connect_timeout: 2s }'))).toBe(true)
    expect(accepts(routeOf('{ model: x, context_window: 131072, weight: 2 }'))).toBe(true)
    expect(accepts('routing: { on_stream_failure: continue, affinity: false }')).toBe(true)
    expect(accepts('prices: { local/*: { input: 0, output: "2.5", cache_read: 0 } }')).toBe(true)
    expect(accepts('routing: { server_tools: remove }')).toBe(true)
  })

  test.each([
    'server: { prot: 1 }',
    'server: { port: http }',
    'providers: { local: { type: openai } }',
    'providers: { groq: { type: bedrock, region: us-west-2 } }',
    routeOf('{}'),
    routeOf('{ model: x, weight: 0 }'),
    routeOf('{ model: x, context_window: -1 }'),
    routeOf('{ model: x, context_window: large }'),
    'routing: { models: [{ model: x, strategy: fastest, provider_sequence: [] }] }',
    'routing: { on_stream_failure: resume }',
    'prices: { x: { input: -1, output: 1 } }',
    'prices: { x: { input: 1 } }',
  ])('refuses %s', (yaml) => {
    expect(accepts(yaml)).toBe(false)
  })
})

test('prices are numbers in the order of the file, also those that come from a variable', async () => {
  const config = await load(
    `prices:\n  openai/*: { input: "\${PRICE:-2.5}", output: 10 }\n  free: { input: 0, output: 0, cache_read: 0 }\n`,
  )
  expect(config.prices).toEqual([
    { model: 'openai/*', rates: { input: 2.5, output: 10 } },
    { model: 'free', rates: { input: 0, output: 0, cache_read: 0 } },
  ])
})
