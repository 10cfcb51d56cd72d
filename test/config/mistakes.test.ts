import { describe, expect, test } from 'bun:test'
import { messageOf } from './source.ts'

/** A file, and what is said about it. */
type Mistake = [yaml: string, message: string]

function says(mistakes: Record<string, Mistake>) {
  for (const [name, [yaml, message]] of Object.entries(mistakes)) {
    test(name, async () => {
      expect(await messageOf(yaml)).toBe(message)
    })
  }
}

const route = (variant: string, provider = 'bedrock') =>
  `routing: { models: [{ model: default, provider_sequence: [{ name: ${provider}, variants: [${variant}] }] }] }`

const provider = (fields: string) => `providers: { local: { type: openai, ${fields} } }`

describe('a file that is no configuration', () => {
  says({
    'broken YAML': [
      'server:\n  port: [1\nrouting:',
      'config.yaml:3:1: not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]; correct it here or just above',
    ],
    'a key that stands there twice': [
      'server:\n  port: 1\n  port: 2',
      'config.yaml:3:3: this key stands here twice; remove one of them',
    ],
    'an alias of nothing': [
      'server: *base',
      'config.yaml:1:9 server: no &anchor of this name; define it further up',
    ],
    'an alias that contains itself': [
      'server: &base\n  host: *base',
      'config.yaml:2:9 server.host: nested or repeated without end; use fewer *aliases',
    ],
    'a list at the top': [
      '- bedrock',
      'config.yaml:1:1: a list is not a mapping; write keys and values below it: server, providers, routing, history, prices',
    ],
    'a section that is a number': [
      'server: 3001',
      'config.yaml:1:9 server: 3001 is not a mapping; write keys and values below it: host, port, read_timeout, write_timeout, idle_timeout, connect_timeout, first_event_timeout, request_timeout, ping_after, api_keys, allowed_hosts, max_body',
    ],
  })
})

describe('an unknown key', () => {
  says({
    'close to one there is': [
      'sever:\n  port: 1',
      'config.yaml:1:1 sever: unknown key "sever"; did you mean "server"?',
    ],
    'in other letters': [
      'providers:\n  groq: { apiKey: gsk }',
      'config.yaml:2:11 providers.groq.apiKey: unknown key "apiKey"; did you mean "api_key"?',
    ],
    'close to nothing': [
      'history:\n  colour: blue',
      'config.yaml:2:3 history.colour: unknown key "colour"; possible here: path, retention, max_size, payloads, payload_size, payloads_size',
    ],
    'that every object has and no file should': [
      'constructor: {}',
      'config.yaml:1:1 constructor: unknown key "constructor"; possible here: server, providers, routing, history, prices',
    ],
  })
})

describe('a value that does not fit', () => {
  says({
    'a port beyond the last': [
      'server: { port: "70000" }',
      'config.yaml:1:17 server.port: "70000" is not a port; write for example 3001',
    ],
    'a duration in words': [
      'server: { read_timeout: 5 minutes }',
      'config.yaml:1:25 server.read_timeout: "5 minutes" is not a duration; write for example 300s or 5m or 250ms',
    ],
    'a timeout of nothing': [
      'server: { idle_timeout: 0s }',
      'config.yaml:1:25 server.idle_timeout: "0s" is not a duration; write for example 300s or 5m or 250ms',
    ],
    'a size that is none': [
      'server: { max_body: large }',
      'config.yaml:1:21 server.max_body: "large" is not a size; write for example 32MB or 1GB',
    ],
    'a switch that is neither on nor off': [
      'routing: { enable: maybe }',
      'config.yaml:1:20 routing.enable: "maybe" is not true or false; write for example true',
    ],
    'a way to deal with a broken answer there is not': [
      'routing: { on_stream_failure: continu }',
      'config.yaml:1:31 routing.on_stream_failure: "continu" is not one of error, continue; did you mean "continue"?',
    ],
    'a way with missing tools there is not': [
      'routing: { server_tools: moved }',
      'config.yaml:1:26 routing.server_tools: "moved" is not one of move, remove; did you mean "move"?',
    ],
    'a choice there is not': [
      'history: { payloads: error }',
      'config.yaml:1:22 history.payloads: "error" is not one of none, errors, all; did you mean "errors"?',
    ],
    'an address with a port in it': [
      'server: { host: "127.0.0.1:80" }',
      'config.yaml:1:17 server.host: "127.0.0.1:80" is not an address to listen on; write for example 127.0.0.1',
    ],
    'a key, which is not repeated': [
      'providers: { groq: { api_key: Bearer gsk-1 } }',
      `config.yaml:1:31 providers.groq.api_key: this is not a key (printable characters, no spaces); write for example \${MY_API_KEY}`,
    ],
    'a key that should be a list, and is not repeated either': [
      'server: { api_keys: ada-1 }',
      `config.yaml:1:21 server.api_keys: this is not a list of keys; write for example ["\${PROXY_KEY}"]`,
    ],
    'an empty key, which would open the door': [
      'server: { api_keys: [""] }',
      `config.yaml:1:22 server.api_keys[0]: this is not a key (printable characters, no spaces); write for example \${MY_API_KEY}`,
    ],
  })
})

describe('listening beyond this machine', () => {
  says({
    'without a key for clients': [
      'server: { host: 0.0.0.0 }',
      'config.yaml:1:17 server.host: anyone who reaches 0.0.0.0 could use your keys; set server.api_keys (or CLAUDE_PROXY_API_KEYS), or listen on 127.0.0.1',
    ],
  })

  test('is fine with one', async () => {
    expect(await messageOf('server: { host: "::", api_keys: [ada] }')).toBeNull()
  })
})

describe('a provider', () => {
  says({
    'nobody knows': [
      'providers: { mine: { api_key: x } }',
      'config.yaml:1:14 providers.mine: "mine" is not a built-in provider and has no type; a provider of your own needs a type (openai or anthropic) and a base_url',
    ],
    'that is almost a built-in one': [
      'providers: { openruter: { api_key: x } }',
      'config.yaml:1:14 providers.openruter: "openruter" is not a built-in provider and has no type; did you mean "openrouter"? Otherwise: a provider of your own needs a type (openai or anthropic) and a base_url',
    ],
    'of a type there is not': [
      'providers: { mine: { type: opnai } }',
      'config.yaml:1:28 providers.mine.type: unknown type "opnai"; did you mean "openai"?',
    ],
    'built in, of another type': [
      'providers: { groq: { type: anthropic } }',
      'config.yaml:1:28 providers.groq.type: the built-in groq is of type openai; leave type out, or give this provider a name of its own',
    ],
    'of your own without an address': [
      'providers: { mine: { type: anthropic } }',
      'config.yaml:1:14 providers.mine.base_url: is missing; add the address of the server, for example http://127.0.0.1:11434/v1',
    ],
    'whose name cannot stand in a header': [
      'providers: { "my own": { type: openai } }',
      'config.yaml:1:14 providers["my own"]: is not a name; use letters, digits, dots, dashes and underscores',
    ],
    'with a key beside the client’s own credential': [
      'providers: { anthropic: { auth: passthrough, api_key: sk } }',
      'config.yaml:1:55 providers.anthropic.api_key: is not used with auth: passthrough; remove one of the two',
    ],
    'of a service there is not': [
      provider('base_url: "https://box.lan", service: olama'),
      'config.yaml:1:75 providers.local.service: "olama" is not one of openai, openrouter, cerebras, groq, azure, deepseek, gemini, mistral, moonshot, xai, zai, lmstudio, vllm, ollama; did you mean "ollama"?',
    ],
    'that is built in and said to be another': [
      'providers: { groq: { api_key: x, service: ollama } }',
      'config.yaml:1:43 providers.groq.service: the built-in groq is no other service; leave service out, or give this provider a name of its own',
    ],
    'without credentials of the client to pass on': [
      'providers: { groq: { auth: passthrough } }',
      'config.yaml:1:22 providers.groq.auth: unknown key "auth"; possible here: type, api_key, allow_http, extra_body, strip, connect_timeout, first_event_timeout, idle_timeout, request_timeout, base_url, api, service',
    ],
  })
})

describe('a base URL', () => {
  says({
    'of another kind': [
      provider('base_url: "file:///etc/passwd"'),
      'config.yaml:1:47 providers.local.base_url: is not an http or https address; write for example https://llm.example.com/v1',
    ],
    'with a password, which is not repeated': [
      provider('base_url: "https://ada:sk-1@llm.example.com"'),
      'config.yaml:1:47 providers.local.base_url: must not hold a user name or password; put the key under api_key',
    ],
    'with a query': [
      provider('base_url: "https://llm.example.com/v1?key=1"'),
      'config.yaml:1:47 providers.local.base_url: must end with its path; leave out everything from ? or # on',
    ],
    'that is an endpoint': [
      provider('base_url: "https://llm.example.com/v1/chat/completions"'),
      'config.yaml:1:47 providers.local.base_url: names an endpoint, not the base of one; end it with /v1',
    ],
    'without encryption to another machine': [
      provider('base_url: "http://llm.example.com/v1"'),
      'config.yaml:1:47 providers.local.base_url: would send prompts and keys to llm.example.com unencrypted; write https, or set allow_http: true on the provider',
    ],
    'that is this proxy': [
      provider('base_url: "http://localhost:3001/v1"'),
      'config.yaml:1:47 providers.local.base_url: is this proxy itself: requests would go round in circles; write another address',
    ],
    'that is this proxy by a name of its own': [
      `server: { allowed_hosts: [Proxy.lan] }\n${provider('base_url: "https://proxy.lan:3001"')}`,
      'config.yaml:2:47 providers.local.base_url: is this proxy itself: requests would go round in circles; write another address',
    ],
    'of the metadata service': [
      provider('base_url: "http://169.254.169.254/latest", allow_http: true'),
      'config.yaml:1:47 providers.local.base_url: 169.254.169.254 is a link-local or cloud metadata address; write the address of a model provider',
    ],
    'of the metadata service in disguise': [
      provider('base_url: "http://[::ffff:169.254.169.254]"'),
      'config.yaml:1:47 providers.local.base_url: ::ffff:a9fe:a9fe is a link-local or cloud metadata address; write the address of a model provider',
    ],
    'of a variant': [
      `providers: { groq: { api_key: x } }\n${route('{ model: x, endpoint: "http://llm.lan" }', 'groq')}`,
      'config.yaml:2:106 routing.models[0].provider_sequence[0].variants[0].endpoint: would send prompts and keys to llm.lan unencrypted; write https, or set allow_http: true on the provider',
    ],
  })
})

describe('a route', () => {
  const variants = 'variants: [{ model: x, region: us-west-2 }]'
  says({
    'to a provider there is not': [
      `routing:
  models:
    - model: default
      provider_sequence:
        - name: bedrok
          ${variants}`,
      'config.yaml:5:17 routing.models[0].provider_sequence[0].name: unknown provider "bedrok"; did you mean "bedrock"?',
    ],
    'to a provider nobody could have meant': [
      `providers: { local: { type: openai, base_url: "http://127.0.0.1:1" } }\n${route('', 'vertex')}`,
      'config.yaml:2:67 routing.models[0].provider_sequence[0].name: unknown provider "vertex"; there are: local, bedrock, anthropic, openai, openrouter, cerebras, groq',
    ],
    'without a name': [
      'routing: { models: [{ provider_sequence: [{ name: anthropic }] }] }',
      'config.yaml:1:21 routing.models[0].model: is missing; add the name of a route',
    ],
    'without providers': [
      'routing: { models: [{ model: default, provider_sequence: [] }] }',
      'config.yaml:1:58 routing.models[0].provider_sequence: the route leads nowhere; add a provider, for example - name: bedrock',
    ],
    'without variants, where nobody knows the model': [
      'routing: { models: [{ model: default, provider_sequence: [{ name: openrouter }] }] }',
      'config.yaml:1:59 routing.models[0].provider_sequence[0].variants: openrouter has no variants, and no model of its own to fall back on; add one, as - model: and the id it has there',
    ],
    'with an empty list of variants': [
      route('', 'anthropic'),
      'config.yaml:1:88 routing.models[0].provider_sequence[0].variants: anthropic has no variants, and no model of its own to fall back on; add one, as - model: and the id it has there',
    ],
    'with a strategy there is not': [
      'routing: { models: [{ model: default, strategy: fastest, provider_sequence: [] }] }',
      'config.yaml:1:49 routing.models[0].strategy: "fastest" is not one of order, round_robin, least_busy, latency; write one of: order, round_robin, least_busy, latency',
    ],
    'that stands there twice': [
      `routing:
  models:
    - { model: haiku, provider_sequence: [{ name: bedrock, ${variants} }] }
    - { model: Haiku, provider_sequence: [{ name: bedrock, ${variants} }] }`,
      'config.yaml:4:16 routing.models[1].model: there is a route "Haiku" further up; put their providers into one route',
    ],
  })
})

describe('strip', () => {
  says({
    'with what is neither a field nor a flag nor a type of tool': [
      'providers:\n  groq:\n    strip: [context_management, "beta:"]',
      'config.yaml:3:33 providers.groq.strip[1]: "beta:" is not a field, beta:FLAG or tool:TYPE; write for example tools.defer_loading',
    ],
    'of what no request can do without': [
      `providers: { bedrock: { region: us-west-2 } }\n${route('{ model: x, strip: [messages.content] }')}`,
      'config.yaml:2:107 routing.models[0].provider_sequence[0].variants[0].strip[0]: no request is left without messages.content; remove it; a whole tool is left out with tool:TYPE',
    ],
    'that is no list': [
      'providers: { groq: { strip: metadata } }',
      'config.yaml:1:29 providers.groq.strip: "metadata" is not a list; write for example ["context_management"]',
    ],
  })
})

describe('a variant', () => {
  says({
    'without a model': [
      route('{ region: us-west-2 }'),
      'config.yaml:1:87 routing.models[0].provider_sequence[0].variants[0].model: is missing; add a model id',
    ],
    'of Bedrock without a region anywhere': [
      route('{ model: x }'),
      'config.yaml:1:87 routing.models[0].provider_sequence[0].variants[0].region: x has no region; set it here, or set providers.bedrock.region, BEDROCK_REGION or AWS_REGION',
    ],
    'in a region that cannot be one': [
      route('{ model: x, region: oregon }'),
      'config.yaml:1:107 routing.models[0].provider_sequence[0].variants[0].region: "oregon" is not an AWS region; write for example us-west-2',
    ],
    'with less than one request a minute': [
      route('{ model: x, region: us-west-2, rpm: -1 }'),
      'config.yaml:1:123 routing.models[0].provider_sequence[0].variants[0].rpm: -1 is not a whole number of at least 1; write for example 2',
    ],
    'without any weight': [
      route('{ model: x, region: us-west-2, weight: 0 }'),
      'config.yaml:1:126 routing.models[0].provider_sequence[0].variants[0].weight: 0 is not a whole number of at least 1; write for example 2',
    ],
    'with less than no context': [
      route('{ model: x, region: us-west-2, context_window: -200k }'),
      'config.yaml:1:134 routing.models[0].provider_sequence[0].variants[0].context_window: "-200k" is not a number of tokens; write for example 200k or 1M or 128000',
    ],
    'with no context at all': [
      route('{ model: x, region: us-west-2, context_window: 0k }'),
      'config.yaml:1:134 routing.models[0].provider_sequence[0].variants[0].context_window: "0k" is not a number of tokens; write for example 200k or 1M or 128000',
    ],
    'that connects in no time': [
      route('{ model: x, region: us-west-2, connect_timeout: 0 }'),
      'config.yaml:1:135 routing.models[0].provider_sequence[0].variants[0].connect_timeout: 0 is not a duration; write for example 300s or 5m or 250ms',
    ],
    'with two different limits': [
      route('{ model: x, region: us-west-2, rpm: 2 }, { model: x, region: us-west-2, rpm: 3 }'),
      'config.yaml:1:164 routing.models[0].provider_sequence[0].variants[1].rpm: bedrock/x@us-west-2 has rpm 2 further up; write the same here, or leave it out',
    ],
    'that asks a Claude provider for an API of OpenAI’s': [
      route('{ model: x, api: chat }', 'anthropic'),
      "config.yaml:1:101 routing.models[0].provider_sequence[0].variants[0].api: anthropic is not asked through OpenAI's APIs; remove the key",
    ],
  })
})

describe('a price', () => {
  says({
    'below nothing': [
      'prices:\n  claude-opus-5-5: { input: -1, output: 20 }',
      'config.yaml:2:29 prices.claude-opus-5-5.input: -1 is not a price in USD per million tokens; write for example 3 or 0.25',
    ],
    'without an end': [
      'prices: { x: { input: .inf, output: 1 } }',
      'config.yaml:1:23 prices.x.input: Infinity is not a price in USD per million tokens; write for example 3 or 0.25',
    ],
    'in another currency': [
      'prices: { x: { input: 3€, output: 1 } }',
      'config.yaml:1:23 prices.x.input: "3€" is not a price in USD per million tokens; write for example 3 or 0.25',
    ],
    'of the input alone': [
      'prices:\n  local/*: { input: 1 }',
      'config.yaml:2:3 prices["local/*"].output: is missing; add a price in USD per million tokens',
    ],
    'of something nobody counts': [
      'prices: { x: { input: 1, output: 1, cache_write: 2 } }',
      'config.yaml:1:37 prices.x.cache_write: unknown key "cache_write"; did you mean "cache_write_5m"?',
    ],
    'that is a number': [
      'prices: { x: 3 }',
      'config.yaml:1:14 prices.x: 3 is not a mapping; write keys and values below it: input, output, cache_read, cache_write_5m, cache_write_1h',
    ],
    'of a name no model has': [
      'prices: { "gpt 5": { input: 1, output: 1 } }',
      'config.yaml:1:11 prices["gpt 5"]: is not a model id; write an id, provider/id, or a part of one with a *',
    ],
    'in a list': [
      'prices: [3]',
      'config.yaml:1:9 prices: a list is not a mapping; write a mapping',
    ],
  })
})

describe('a variable', () => {
  says({
    'that is not set, outside of a provider': [
      `server:\n  api_keys: ["\${PROXY_KEY}"]`,
      `config.yaml:2:14 server.api_keys[0]: the environment variable PROXY_KEY is not set; set it, or write \${PROXY_KEY:-default}`,
    ],
    'that is none': [
      `server: { host: "\${HOST" }`,
      `config.yaml:1:17 server.host: has a "\${" that begins no variable; write \${NAME} or \${NAME:-default}`,
    ],
  })
})

test('all mistakes are told at once, in the order of the file', async () => {
  const message = await messageOf(`server:
  prot: 3001
  read_timeout: soon
providers:
  groq: { api_key: 5 }
routing:
  enable: maybe
  models:
    - model: default
      provider_sequence:
        - name: groq
          variants: [{ modle: x }]
        - name: bedrok
          variants: [{ model: x, rpm: 0 }]
`)
  expect(message?.split('\n').map((line) => line.split(':').slice(0, 3).join(':'))).toEqual([
    'config.yaml:2:3 server.prot',
    'config.yaml:3:17 server.read_timeout',
    'config.yaml:5:20 providers.groq.api_key',
    'config.yaml:7:11 routing.enable',
    'config.yaml:12:22 routing.models[0].provider_sequence[0].variants[0].model',
    'config.yaml:12:24 routing.models[0].provider_sequence[0].variants[0].modle',
    'config.yaml:13:17 routing.models[0].provider_sequence[1].name',
    'config.yaml:14:39 routing.models[0].provider_sequence[1].variants[0].rpm',
  ])
})
