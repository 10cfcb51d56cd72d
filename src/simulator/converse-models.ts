/** What the checks of Converse need to know about a model that is not Claude. */
export interface ConverseModel {
  maxTokens: number
  images: boolean
  documents: boolean
  /** Tools beside ConverseStream. */
  streamsTools: boolean
  toolChoices: readonly string[]
  /** The `status` of a tool's result, and pictures and files inside it. */
  richResults: boolean
  stopSequences: boolean
  cachePoints: boolean
  reasoningBack: boolean
  /** A conversation that ends with the assistant. */
  prefill: boolean
  /** The names in `additionalModelRequestFields`. */
  extraFields: readonly string[]
}

const plain: ConverseModel = {
  maxTokens: 32_768,
  images: false,
  documents: false,
  streamsTools: true,
  toolChoices: ['auto'],
  richResults: false,
  stopSequences: true,
  cachePoints: false,
  reasoningBack: true,
  prefill: false,
  extraFields: [],
}

const nova: ConverseModel = {
  ...plain,
  maxTokens: 10_000,
  images: true,
  documents: true,
  toolChoices: ['auto', 'any', 'tool'],
  richResults: true,
  cachePoints: true,
  prefill: true,
  extraFields: ['inferenceConfig'],
}

const MODELS: readonly (readonly [id: RegExp, model: ConverseModel])[] = [
  [/amazon\.nova-micro-v1/, { ...nova, images: false, documents: false }],
  [/amazon\.nova-2-/, { ...nova, maxTokens: 65_535, extraFields: ['reasoningConfig'] }],
  [/amazon\.nova-(lite|pro|premier)-v1/, nova],
  [
    /meta\.llama4/,
    { ...plain, maxTokens: 8_192, images: true, documents: true, streamsTools: false },
  ],
  [/meta\.llama3/, { ...plain, maxTokens: 8_192, documents: true, streamsTools: false }],
  [
    /mistral\.mistral-large-24/,
    {
      ...plain,
      maxTokens: 8_192,
      documents: true,
      toolChoices: ['auto', 'any'],
      streamsTools: false,
    },
  ],
  [/deepseek\.r1/, { ...plain, documents: true, toolChoices: [], reasoningBack: false }],
  [
    /openai\.gpt-oss/,
    {
      ...plain,
      documents: true,
      toolChoices: ['auto', 'any', 'tool'],
      stopSequences: false,
      extraFields: ['reasoning_effort'],
    },
  ],
  [/(qwen\.qwen3|moonshot\.kimi)/, plain],
]

/** The facts for a model; null for one that does not exist here. */
export function converseModel(model: string): ConverseModel | null {
  return MODELS.find(([id]) => id.test(model))?.[1] ?? null
}

/** Refuses nothing that some model takes: for ids that tests make up, and for Claude. */
export const ANY_MODEL: ConverseModel = {
  ...nova,
  maxTokens: Number.POSITIVE_INFINITY,
  extraFields: ['reasoning_effort', 'reasoningConfig', 'thinking'],
}
