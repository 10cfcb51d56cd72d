/** Where one family of models differs from another behind the same Converse API. */
export interface Family {
  /** More is a 400. */
  mostOutputTokens: number
  /** Pictures in user messages. */
  images: boolean
  /** Files in user messages; elsewhere what can be read in them is text. */
  documents: boolean
  /** Pictures and files inside a tool's result, and its `status`. */
  richResults: boolean
  /** The member of a tool's result that holds its text. */
  resultForm: 'text' | 'json'
  /** Tool choices besides `auto`, which need not be said. */
  toolChoices: readonly ('any' | 'tool')[]
  /** Whether tools and streaming go together. */
  streamsTools: boolean
  /** The root of a tool's schema takes only `type`, `properties` and `required`. */
  plainSchemas: boolean
  stopSequences: boolean
  cachePoints: boolean
  /** A last message of the assistant, for the model to go on from. */
  prefill: boolean
  /** Whether the model's own reasoning may come back to it. */
  reasoningBack: boolean
  /** The member of `additionalModelRequestFields` that says how hard to think. */
  effort: 'reasoning_effort' | 'reasoning' | 'reasoningConfig' | null
  /** `outputConfig.textFormat` with a JSON schema. */
  jsonSchema: boolean
}

/** A model of no family below: what nearly all of them take. */
const other: Family = {
  mostOutputTokens: 16_384,
  images: true,
  documents: true,
  richResults: false,
  resultForm: 'text',
  toolChoices: [],
  streamsTools: true,
  plainSchemas: false,
  stopSequences: true,
  cachePoints: false,
  prefill: false,
  reasoningBack: true,
  effort: null,
  jsonSchema: false,
}

/**
 * `richResults`: "only supported by Amazon Nova and Anthropic Claude" (API reference of
 * ToolResultBlock). `plainSchemas`: Nova user guide, "Tool use". `cachePoints`: in system and
 * messages; in tools they are a 400 (danny-avila/LibreChat#13838). More than 10,000 output tokens
 * fail (accelerated-intelligent-document-processing-on-aws#175).
 */
const nova: Family = {
  ...other,
  mostOutputTokens: 10_000,
  richResults: true,
  toolChoices: ['any', 'tool'],
  plainSchemas: true,
  cachePoints: true,
  prefill: true,
}

/**
 * "This model doesn't support tool use in streaming mode" (earendil-works/pi#3739); a limit of 8192
 * output tokens (pollinations/pollinations#5503).
 */
const llama: Family = { ...other, mostOutputTokens: 8_192, streamsTools: false }

/**
 * No tools in streaming mode (brave/brave-browser#52158, langchain-ai/langchain-aws#140); results
 * as JSON, as pydantic-ai sends them.
 */
const mistral: Family = {
  ...other,
  mostOutputTokens: 8_192,
  resultForm: 'json',
  toolChoices: ['any'],
  streamsTools: false,
}

/** "This model doesn't support the stopSequences field" (crewAIInc/crewAI#3317). */
const openai: Family = {
  ...other,
  toolChoices: ['any', 'tool'],
  stopSequences: false,
  effort: 'reasoning',
  jsonSchema: true,
}

const textOnly = { images: false, documents: false }

/**
 * The first that fits counts. What a model sees and whether its answer can be held to a schema is
 * from the Bedrock user guide, "Supported models and model features" and "Get validated JSON results
 * from models"; the tool choices are those that langchain-aws and ortus-boxlang/bx-ai#278 found to
 * work. Where nothing is known about the longest answer, the number is a cautious one.
 */
const FAMILIES: readonly (readonly [id: RegExp, family: Family])[] = [
  [/nova-micro/i, { ...nova, ...textOnly }],
  // UKGovernmentBEIS/inspect_ai#3767: with the effort `high`, `maxTokens` has to be absent.
  [/nova-2/i, { ...nova, mostOutputTokens: 65_535, effort: 'reasoningConfig' }],
  [/nova/i, nova],
  [/llama-?4|llama-?3-2-(11|90)b/i, llama],
  [/llama/i, { ...llama, images: false }],
  [/pixtral/i, { ...mistral, mostOutputTokens: 4_096 }],
  [
    /mistral-large-3|ministral-3|magistral|voxtral|devstral/i,
    { ...mistral, streamsTools: true, toolChoices: [], jsonSchema: true },
  ],
  [/mistral|mixtral/i, { ...mistral, images: false }],
  // "User messages cannot contain reasoning content" (langchain-ai/langchain-aws#401).
  [/deepseek[.-]r1/i, { ...other, images: false, mostOutputTokens: 32_768, reasoningBack: false }],
  [/deepseek/i, { ...other, ...textOnly, toolChoices: ['any'], reasoningBack: false }],
  [/gpt-oss/i, { ...openai, images: false, effort: 'reasoning_effort' }],
  [/openai\./i, openai],
  [/qwen[\w.-]*vl|kimi-k2[.-]5|gemma|nemotron[\w.-]*vl/i, { ...other, jsonSchema: true }],
  [/qwen|moonshot|kimi|minimax|nemotron|zai\.|glm/i, { ...other, ...textOnly, jsonSchema: true }],
  [/cohere|jamba/i, { ...other, images: false, mostOutputTokens: 4_096 }],
  [/palmyra/i, { ...other, ...textOnly, mostOutputTokens: 8_192, streamsTools: false }],
]

/** The facts for a model's id in any spelling Bedrock has for it. */
export function familyOf(model: string): Family {
  return FAMILIES.find(([id]) => id.test(model))?.[1] ?? other
}
