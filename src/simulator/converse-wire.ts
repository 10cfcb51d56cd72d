import type { Answer, AnswerBlock } from './answer.ts'
import { bedrockService, decodeId, encodeEvent, padded } from './bedrock-service.ts'
import { checkConverse } from './converse-check.ts'
import { converseModel } from './converse-models.ts'
import { refuse } from './dialect.ts'
import type { Json } from './json.ts'
import { abilitiesOf } from './models.ts'
import { type Frame, json, newId, type Wire } from './wire.ts'

/** Any model on bedrock-runtime: Converse and ConverseStream. */
export const converseWire: Wire = {
  ...bedrockService,

  serves: (path) => PATH.test(path),
  modelOf: ({ path }) => decodeId(PATH.exec(path)?.[1] ?? ''),
  isStream: ({ path }) => isStream(path),

  check(incoming, anyModel) {
    const model = converseWire.modelOf(incoming)
    const exists = converseModel(model) ?? abilitiesOf(model)
    if (!anyModel && !exists && !model.startsWith('arn:')) {
      refuse('The provided model identifier is invalid.')
    }
    checkConverse(incoming.body, model, isStream(incoming.path))
  },

  count: () => null,

  message: (answer) =>
    json({
      metrics: { latencyMs: 738 },
      output: { message: { role: 'assistant', content: answer.blocks.map(wholeBlock) } },
      stopReason: answer.stopReason,
      usage: usageOf(answer),
    }),

  *frames(answer) {
    yield frame('messageStart', { role: 'assistant' }, 'head')
    for (const [index, block] of answer.blocks.entries()) yield* blockFrames(block, index)
    yield frame('messageStop', { stopReason: answer.stopReason }, 'rest')
    yield frame('metadata', { metrics: { latencyMs: 738 }, usage: usageOf(answer) }, 'rest')
    // Nothing but the end of the stream says that this was all.
    yield { bytes: new Uint8Array(), part: 'end' }
  },

  get ping() {
    return frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: '' } }, 'rest').bytes
  },
  get garbled() {
    return encodeEvent('contentBlockDelta', '{"contentBlockIndex":0,"delta":{"te')
  },
}

const PATH = /^\/model\/([^/?]+)\/(converse|converse-stream)(?:\?|$)/

function isStream(path: string): boolean {
  return PATH.exec(path)?.[2] === 'converse-stream'
}

function frame(type: string, payload: Json, part: Frame['part']): Frame {
  return { bytes: encodeEvent(type, padded(payload)), part }
}

/** Only a tool call is announced; the first of its fragments is empty elsewhere and missing here. */
function* blockFrames(block: AnswerBlock, contentBlockIndex: number): Generator<Frame> {
  if (block.type === 'tool_use') {
    const start = { toolUse: { name: block.name, toolUseId: newId('tooluse_') } }
    yield frame('contentBlockStart', { contentBlockIndex, start }, 'rest')
  }
  const deltas = block.deltas.filter((text) => text !== '')
  for (const text of deltas) {
    const delta = deltaOf(block, text)
    yield frame('contentBlockDelta', { contentBlockIndex, delta }, 'delta')
  }
  yield frame('contentBlockStop', { contentBlockIndex }, 'rest')
}

function deltaOf({ type }: AnswerBlock, text: string): Json {
  if (type === 'text') return { text }
  return type === 'thinking' ? { reasoningContent: { text } } : { toolUse: { input: text } }
}

function wholeBlock(block: AnswerBlock): Json {
  if (block.type === 'tool_use') {
    const { name, input } = block
    return { toolUse: { toolUseId: newId('tooluse_'), name, input } }
  }
  const text = block.deltas.join('')
  return block.type === 'text' ? { text } : { reasoningContent: { reasoningText: { text } } }
}

/** As with Anthropic, `inputTokens` excludes what came from the cache and what went into it. */
function usageOf({ usage }: Answer): Json {
  const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } =
    usage
  return {
    inputTokens: input_tokens,
    outputTokens: output_tokens,
    totalTokens:
      input_tokens + output_tokens + cache_read_input_tokens + cache_creation_input_tokens,
    cacheReadInputTokens: cache_read_input_tokens,
    cacheWriteInputTokens: cache_creation_input_tokens,
    ...(cache_creation_input_tokens > 0 && {
      cacheDetails: [{ ttl: '5m', inputTokens: cache_creation_input_tokens }],
    }),
  }
}
