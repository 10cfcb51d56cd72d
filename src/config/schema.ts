import Type, { type Static } from 'typebox'
import {
  choice,
  count,
  countOrNone,
  duration,
  durationOrNone,
  flag,
  pattern,
  port,
  secret,
  size,
  tokens,
  word,
} from './fields.ts'
import { SERVICE_NAMES } from './services.ts'
import { Strip } from './strip.ts'

const closed = { additionalProperties: false } as const

/*
 * The file is checked layer by layer, each against one of these, so that a mistake in one variant
 * hides nothing in the next; json-schema.ts puts the layers together again.
 */

export const Root = Type.Object(
  {
    server: Type.Optional(Type.Unknown()),
    providers: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { title: 'a mapping' })),
    routing: Type.Optional(Type.Unknown()),
    history: Type.Optional(Type.Unknown()),
    prices: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { title: 'a mapping' })),
  },
  closed,
)

const HOST = '[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*'
const IPV6 = '[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*'

export const Server = Type.Object(
  {
    host: Type.Optional(
      pattern(
        `^(${HOST}|${IPV6})$`,
        'an address to listen on',
        '127.0.0.1',
        'Where to listen. An address other than loopback needs api_keys.',
      ),
    ),
    port: Type.Optional(port('Where to listen; 0 takes any free port.')),
    read_timeout: Type.Optional(duration("Reading a client's request.")),
    write_timeout: Type.Optional(duration('A client that stops reading.')),
    idle_timeout: Type.Optional(
      duration('Silence on an upstream stream, or the whole of a non-streamed attempt.'),
    ),
    connect_timeout: Type.Optional(duration('Until the connection to an upstream stands.')),
    first_event_timeout: Type.Optional(duration('Until a streamed attempt has content.')),
    request_timeout: Type.Optional(duration('The whole request, all attempts and waits.')),
    ping_after: Type.Optional(duration('A stream without content for this long gets a ping.')),
    api_keys: Type.Optional(
      Type.Array(secret('Sent by clients as x-api-key or Authorization: Bearer.'), {
        title: 'a list of keys',
        writeOnly: true,
        examples: [[`\${PROXY_KEY}`]],
        description: 'What clients must send. None: open on loopback.',
      }),
    ),
    allowed_hosts: Type.Optional(
      Type.Array(pattern(`^${HOST}(:[0-9]+)?$`, 'a host name', 'proxy.lan', 'A name of ours.'), {
        title: 'a list of host names',
        examples: [['proxy.lan']],
        description: 'Further Host names that are ours.',
      }),
    ),
    max_body: Type.Optional(size('The largest request body.')),
  },
  closed,
)
export type Server = Static<typeof Server>

const Timers = {
  connect_timeout: Type.Optional(duration('Until the connection stands.')),
  first_event_timeout: Type.Optional(duration('Until a streamed attempt has content.')),
  idle_timeout: Type.Optional(
    duration('Silence on a stream, or the whole of a non-streamed attempt.'),
  ),
  request_timeout: Type.Optional(duration('The whole of an attempt.')),
}

const ANY_PROVIDER = {
  type: Type.Optional(
    choice(
      ['bedrock', 'anthropic', 'openai'],
      'The wire it speaks; built-in providers know theirs.',
    ),
  ),
  api_key: Type.Optional(secret('The key; for Bedrock an API key (bearer token).')),
  allow_http: Type.Optional(flag('Allow plain http to an address that is not loopback.')),
  extra_body: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      title: 'a mapping',
      description: 'Fields that go into every request body sent there.',
    }),
  ),
  strip: Type.Optional(Strip),
  ...Timers,
}

const REGION = ['^[a-z]{2,}(-[a-z]+)+-[0-9]+$', 'an AWS region', 'us-west-2'] as const
const BASE_URL = ['a base URL', 'http://127.0.0.1:11434/v1'] as const

/** What a section under `providers` may hold, by the type of the provider. */
export const PROVIDERS = {
  bedrock: Type.Object(
    {
      ...ANY_PROVIDER,
      region: Type.Optional(pattern(...REGION, 'For variants that name none.')),
      profile_name: Type.Optional(
        Type.String({
          minLength: 1,
          title: 'the name of a profile',
          examples: ['default'],
          description: 'A profile of ~/.aws.',
        }),
      ),
      endpoint: Type.Optional(word(...BASE_URL, "Instead of AWS's own address.")),
    },
    closed,
  ),
  anthropic: Type.Object(
    {
      ...ANY_PROVIDER,
      base_url: Type.Optional(word(...BASE_URL, 'With or without /v1.')),
      auth: Type.Optional(choice(['key', 'passthrough'], "passthrough: the client's credential.")),
      server_tools: Type.Optional(flag('Web search and the like run there, as at Anthropic.')),
    },
    closed,
  ),
  openai: Type.Object(
    {
      ...ANY_PROVIDER,
      base_url: Type.Optional(word(...BASE_URL, 'With or without /v1.')),
      api: Type.Optional(
        choice(['chat', 'responses', 'auto'], "Which of OpenAI's two APIs; auto: by the model."),
      ),
      service: Type.Optional(
        choice([...SERVICE_NAMES], 'Whose habits to expect, where the address does not tell.'),
      ),
    },
    closed,
  ),
}
/** The fields of all of them: each has its own, no two mean different things by one name. */
export type Provider = Static<typeof PROVIDERS.bedrock> &
  Static<typeof PROVIDERS.anthropic> &
  Static<typeof PROVIDERS.openai>

export const Variant = Type.Object(
  {
    model: word('a model id', 'us.anthropic.claude-sonnet-4-20250514-v1:0', 'Sent upstream.'),
    base_model: Type.Optional(
      word(
        'a model id',
        'anthropic.claude-sonnet-4-5-20250929-v1:0',
        'What stands behind an ARN, a deployment or an alias.',
      ),
    ),
    region: Type.Optional(pattern(...REGION, "Over the provider's.")),
    endpoint: Type.Optional(word(...BASE_URL, "Over the provider's base URL.")),
    rpm: Type.Optional(count('Requests per minute; a full target is skipped before it says 429.')),
    tpm: Type.Optional(count('Tokens per minute.')),
    max_concurrent: Type.Optional(count('Requests at the same time.')),
    limit_group: Type.Optional(word('a name', 'opus', 'Variants of one group share a quota.')),
    weight: Type.Optional(count('Share of the traffic among equals.')),
    context_window: Type.Optional(tokens('The most input tokens it takes.')),
    api: Type.Optional(choice(['chat', 'responses', 'auto'], "Over the provider's.")),
    strip: Type.Optional(Strip),
    ...Timers,
  },
  closed,
)
export type Variant = Static<typeof Variant>

export const Step = Type.Object(
  {
    name: Type.String({ minLength: 1, title: 'the name of a provider', examples: ['bedrock'] }),
    variants: Type.Optional(Type.Array(Type.Unknown(), { title: 'a list of variants' })),
  },
  closed,
)

export const Route = Type.Object(
  {
    model: word('the name of a route', 'default', "Is or is contained in the request's model id."),
    strategy: Type.Optional(
      choice(['order', 'round_robin', 'least_busy', 'latency'], 'Which target is asked first.'),
    ),
    provider_sequence: Type.Array(Type.Unknown(), { title: 'a list of providers' }),
  },
  closed,
)

export const Routing = Type.Object(
  {
    enable: Type.Optional(
      flag('On when there are routes; off: the id goes to the first provider.'),
    ),
    models: Type.Optional(Type.Array(Type.Unknown(), { title: 'a list of routes' })),
    retry_timeout_millis: Type.Optional(countOrNone('Pause before a second try, in ms.')),
    rate_limit_seconds: Type.Optional(countOrNone('Cooldown after a 429 that names no time.')),
    on_stream_failure: Type.Optional(
      choice(['error', 'continue'], 'What becomes of an answer that breaks off half-way.'),
    ),
    server_tools: Type.Optional(
      choice(
        ['move', 'remove'],
        'A request for web search and the like: asked where that runs, or not.',
      ),
    ),
    affinity: Type.Optional(flag('A session stays where its prompt cache is.')),
    max_wait: Type.Optional(durationOrNone('Waiting allowed when every target cools down.')),
  },
  closed,
)
export type Routing = Static<typeof Routing>

export const History = Type.Object(
  {
    path: Type.Optional(
      Type.String({
        minLength: 1,
        title: 'a path',
        examples: ['~/history.db'],
        description: 'The SQLite file.',
      }),
    ),
    retention: Type.Optional(duration('Older requests are deleted.')),
    max_size: Type.Optional(size('The oldest requests go when the file grows beyond this.')),
    payloads: Type.Optional(
      choice(['none', 'errors', 'all'], 'Which requests and answers are kept, without secrets.'),
    ),
    payload_size: Type.Optional(size('A longer request or answer is cut in the middle.')),
    payloads_size: Type.Optional(
      size('The oldest go when all that is kept, compressed, grows beyond this.'),
    ),
  },
  closed,
)
export type History = Static<typeof History>
