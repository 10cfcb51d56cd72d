import { isRecord } from '../json.ts'
import { countTokens } from './answer.ts'
import { bedrockService, decodeId, encodeEvent, padded } from './bedrock-service.ts'
import { checkCounted } from './converse-check.ts'
import { converseModel } from './converse-models.ts'
import { type Dialect, refuse, refuseExtra } from './dialect.ts'
import type { Json } from './json.ts'
import { type Accent, HALF_A_DELTA, messageEvents, messageObject } from './message-events.ts'
import { checkMessages } from './messages-check.ts'
import { abilitiesOf } from './models.ts'
import { Refusal } from './refusal.ts'
import type { Usage } from './steps.ts'
import { type Incoming, json, type Wire } from './wire.ts'

/** Claude on bedrock-runtime: InvokeModel, InvokeModelWithResponseStream and CountTokens. */
export const bedrockWire: Wire = {
  ...bedrockService,

  serves: (path) => PATH.test(path),

  modelOf: ({ path }) => decodeId(PATH.exec(path)?.[1] ?? ''),
  isStream: ({ path }) => PATH.exec(path)?.[2] === 'invoke-with-response-stream',
  check: checkRequest,
  count: (incoming) => (isCount(incoming) ? json({ inputTokens: countOf(incoming.body) }) : null),

  message(answer, incoming) {
    const named = { ...answer, model: plainName(answer.model) }
    const { usage } = answer
    return json(messageObject(named, accentFor(incoming)), 200, {
      'x-amzn-bedrock-input-token-count': String(usage.input_tokens),
      'x-amzn-bedrock-output-token-count': String(usage.output_tokens),
      'x-amzn-bedrock-cache-read-input-token-count': String(usage.cache_read_input_tokens),
      'x-amzn-bedrock-cache-write-input-token-count': String(usage.cache_creation_input_tokens),
      'x-amzn-bedrock-invocation-latency': '738',
    })
  },

  *frames(answer, incoming) {
    const named = { ...answer, model: plainName(answer.model) }
    for (const { event, part } of messageEvents(named, accentFor(incoming))) {
      yield { bytes: encodeChunk(JSON.stringify(inBedrocksWords(event, answer.usage))), part }
    }
  },

  get ping() {
    return encodeChunk('{"type":"ping"}')
  },
  get garbled() {
    return encodeChunk(HALF_A_DELTA)
  },
}

const PATH = /^\/model\/([^/?]+)\/(invoke|invoke-with-response-stream|count-tokens)(?:\?|$)/

function isCount({ path }: Incoming): boolean {
  return PATH.exec(path)?.[2] === 'count-tokens'
}

function encodeChunk(event: string): Uint8Array {
  return encodeEvent('chunk', padded({ bytes: Buffer.from(event).toString('base64') }))
}

function inBedrocksWords(event: Json, usage: Usage): Json {
  if (event.type === 'message_delta') {
    return { ...event, usage: { output_tokens: usage.output_tokens } }
  }
  if (event.type !== 'message_stop') return event
  return {
    ...event,
    'amazon-bedrock-invocationMetrics': {
      inputTokenCount: usage.input_tokens,
      outputTokenCount: usage.output_tokens,
      invocationLatency: 738,
      firstByteLatency: 378,
      cacheReadInputTokenCount: usage.cache_read_input_tokens,
      cacheWriteInputTokenCount: usage.cache_creation_input_tokens,
    },
  }
}

/** `us.anthropic.claude-sonnet-4-5-20250929-v1:0` calls itself `claude-sonnet-4-5-20250929`. */
function plainName(model: string): string {
  return model.replace(/^.*anthropic\./, '').replace(/-v\d+(:\d+)?$/, '')
}

function accentFor({ body }: Incoming): Accent {
  const thinking = isRecord(body) ? body.thinking : undefined
  return { infix: 'bdrk_', omitThinking: isRecord(thinking) && thinking.display === 'omitted' }
}

const MAX_BODY = 20 * 1024 * 1024

function checkRequest(incoming: Incoming, anyModel: boolean): void {
  const model = bedrockWire.modelOf(incoming)
  const counting = isCount(incoming)
  if (!anyModel) checkModelId(model, counting)
  if (!incoming.headers.get('content-type')?.startsWith('application/json')) {
    throw new Refusal(415, 'The content type is not supported.', { type: 'ValidationException' })
  }
  const converse = counting ? countedConverse(incoming.body) : undefined
  if (converse) {
    checkCounted(converse, model)
    return
  }
  const text = counting ? countedText(incoming.body) : incoming.text
  if (text.length > MAX_BODY) refuse('The request body exceeds the maximum size.')
  const body = counting ? parse(text) : incoming.body
  if (!isRecord(body)) refuse('Malformed input request, please reformat your input and try again.')
  checkBody(body, text, model)
}

/** Everything else a profile can be, AWS finds out by itself; counting takes only base models. */
function checkModelId(model: string, counting: boolean): void {
  const abilities = abilitiesOf(model)
  const exists = abilities ?? (counting ? converseModel(model) : null)
  if (!exists && !model.startsWith('arn:')) {
    refuse('The provided model identifier is invalid.')
  }
  const isBase = model.startsWith('anthropic.')
  if (counting && !isBase) refuse("The provided model doesn't support counting tokens.")
  if (isBase && !counting && !abilities?.onDemand) {
    refuse(
      `Invocation of model ID ${model} with on-demand throughput isn’t supported. Retry your ` +
        'request with the ID or ARN of an inference profile that contains this model.',
    )
  }
}

function countOf(body: unknown): number {
  const converse = countedConverse(body)
  return countTokens(converse ? JSON.stringify(converse) : countedText(body))
}

function countedConverse(body: unknown): Json | undefined {
  const input = isRecord(body) ? body.input : undefined
  return isRecord(input) && isRecord(input.converse) ? input.converse : undefined
}

function countedText(body: unknown): string {
  const input = isRecord(body) ? body.input : undefined
  const invoke = isRecord(input) ? input.invokeModel : undefined
  const encoded = isRecord(invoke) ? invoke.body : undefined
  if (typeof encoded !== 'string') refuse('1 validation error detected: input is required')
  return Buffer.from(encoded, 'base64').toString()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const MEMBERS = [
  ...['anthropic_version', 'anthropic_beta', 'max_tokens', 'messages', 'system', 'tools'],
  ...['tool_choice', 'thinking', 'output_config', 'metadata', 'stop_sequences'],
  ...['temperature', 'top_p', 'top_k'],
]

function checkBody(body: Json, text: string, model: string): void {
  if (!('anthropic_version' in body)) refuse('anthropic_version: Field required')
  if (body.anthropic_version !== 'bedrock-2023-05-31') {
    refuse(`anthropic_version: "${String(body.anthropic_version)}" is not supported`)
  }
  for (const name of Object.keys(body)) if (!MEMBERS.includes(name)) refuseExtra(name)
  const dialect: Dialect = {
    service: 'bedrock',
    version: '2023-06-01',
    betas: betasOf(body.anthropic_beta, model),
  }
  checkMessages({ ...body, model }, text, dialect)
}

/** What a per-flag test (CLIProxyAPI#4750) and Claude Code's own Bedrock mode found accepted. */
const BETAS = [
  ...['claude-code-20250219', 'interleaved-thinking-2025-05-14', 'context-1m-2025-08-07'],
  ...['context-management-2025-06-27', 'structured-outputs-2025-12-15', 'effort-2025-11-24'],
  ...['tool-search-tool-2025-10-19', 'tool-examples-2025-10-29', 'compact-2026-01-12'],
  ...['fine-grained-tool-streaming-2025-05-14', 'token-efficient-tools-2025-02-19'],
  ...['computer-use-2025-01-24', 'computer-use-2025-11-24'],
]
const CURRENT_BETAS = [...BETAS, 'thinking-token-count-2026-05-13']

function betasOf(value: unknown, model: string): string[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) refuse('anthropic_beta: Input should be a valid list')
  const accepted = abilitiesOf(model)?.display === false ? BETAS : CURRENT_BETAS
  if (!value.every((beta) => accepted.includes(beta))) refuse('invalid beta flag')
  return value
}
