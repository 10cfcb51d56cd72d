import type { Effort, ReasoningRules } from './reasoning.ts'

/** Where one service differs from another. Functions are asked with the model's id. */
export interface Quirks {
  maxTokensField: 'max_tokens' | 'max_completion_tokens'
  /** More is a 400, or is reserved from the quota whether it is used or not. */
  mostOutputTokens(model: string): number
  leastOutputTokens: number
  /** Whether a system message may stand behind the first message. */
  inlineSystem: boolean
  images(model: string): boolean
  /** Whether PDFs can be sent as `file` parts. */
  files: boolean
  /** Whether Anthropic's `cache_control` may stay on the parts of a message. */
  cacheControl(model: string): boolean
  /** Whether `temperature`, `top_p` and `stop` are taken. */
  sampling(model: string): boolean
  topK: boolean
  /** Whether `parallel_tool_calls: false` is taken. */
  parallelToolCalls(model: string): boolean
  promptCacheKey: boolean
  safetyIdentifier: boolean
  /** Whether `response_format` may stand beside `tools`. */
  formatWithTools: boolean
  /** Keywords that must not occur in a tool's schema. */
  droppedKeywords: readonly string[]
  reasoning(model: string): ReasoningRules | null
}

const yes = () => true
const no = () => false

/** Any other compatible server: only what nearly all of them take. */
const generic: Quirks = {
  maxTokensField: 'max_tokens',
  // vLLM refuses what does not fit its context; Claude Code asks for 32,000 and more.
  mostOutputTokens: () => 16_384,
  leastOutputTokens: 1,
  inlineSystem: false,
  images: yes,
  files: false,
  cacheControl: no,
  sampling: yes,
  topK: false,
  parallelToolCalls: yes,
  promptCacheKey: false,
  safetyIdentifier: false,
  formatWithTools: true,
  droppedKeywords: [],
  // Ollama answers 400 for a model that does not think; `extra_body` can ask for it.
  reasoning: () => null,
}

export const QUIRKS = {
  generic,
  openai: {
    ...generic,
    maxTokensField: 'max_completion_tokens',
    mostOutputTokens: openaiOutputTokens,
    inlineSystem: true,
    files: true,
    sampling: (model) => !isOpenAIReasoner(model),
    parallelToolCalls: (model) => !/^o\d/.test(model),
    promptCacheKey: true,
    safetyIdentifier: true,
    reasoning: openaiReasoning,
  },
  cerebras: {
    ...generic,
    maxTokensField: 'max_completion_tokens',
    images: no,
    promptCacheKey: true,
    formatWithTools: false,
    // musistudio/claude-code-router#708: refused in schemas, strict or not.
    droppedKeywords: ['format', 'pattern', 'minItems', 'maxItems'],
    reasoning: (model) => {
      if (/gpt-oss/.test(model)) return effortRules(['low', 'medium', 'high'], 'reasoning')
      if (/glm/.test(model)) return effortRules(['none', 'low', 'medium', 'high'], 'reasoning')
      return null
    },
  },
  groq: {
    ...generic,
    maxTokensField: 'max_completion_tokens',
    mostOutputTokens: (model) => (/llama-4/.test(model) ? 8_192 : 16_384),
    inlineSystem: true,
    images: (model) => /llama-4|vision/.test(model),
    formatWithTools: false,
    reasoning: (model) => {
      if (/gpt-oss/.test(model)) return effortRules(['low', 'medium', 'high'], 'reasoning')
      // Qwen knows only on and off; without `parsed` its thoughts stand in the text.
      if (/qwen3/.test(model)) {
        return { ...effortRules(['none'], null), extra: { reasoning_format: 'parsed' } }
      }
      return null
    },
  },
  openrouter: {
    ...generic,
    mostOutputTokens: () => Number.POSITIVE_INFINITY,
    // Some of the upstreams behind it refuse less.
    leastOutputTokens: 16,
    cacheControl: (model) => /claude|gemini/.test(model),
    topK: true,
    reasoning: () => ({
      request: 'reasoning',
      efforts: ['low', 'medium', 'high', 'xhigh'],
      echo: 'reasoning_details',
    }),
  },
} satisfies Record<string, Quirks>

function effortRules(efforts: readonly Effort[], echo: ReasoningRules['echo']): ReasoningRules {
  return { request: 'reasoning_effort', efforts, echo }
}

function openaiOutputTokens(model: string): number {
  if (/^o\d/.test(model)) return 100_000
  if (isOpenAIReasoner(model)) return 128_000
  if (/^gpt-4\.1/.test(model)) return 32_768
  return /^gpt-(3\.5|4$|4-)/.test(model) ? 4_096 : 16_384
}

function isOpenAIReasoner(model: string): boolean {
  return /^o\d/.test(model) || (gptVersion(model) >= 5 && !/-chat/.test(model))
}

function openaiReasoning(model: string): ReasoningRules | null {
  if (!isOpenAIReasoner(model)) return null
  const version = gptVersion(model)
  if (version >= 5.4) {
    // With tools anything but `none`, from 5.6 even silence, is a 400 on this endpoint
    // (GoogleChromeLabs/webmcp-tools#417, BerriAI/litellm#34569).
    const efforts: Effort[] = ['none', 'low', 'medium', 'high', 'xhigh']
    return { ...effortRules(efforts, null), noneWithTools: true }
  }
  if (version >= 5.2) return effortRules(['none', 'low', 'medium', 'high', 'xhigh'], null)
  if (version >= 5.1) return effortRules(['none', 'low', 'medium', 'high'], null)
  return effortRules(
    version >= 5 ? ['minimal', 'low', 'medium', 'high'] : ['low', 'medium', 'high'],
    null,
  )
}

/** 5.4 for `gpt-5.4-mini`; 0 where there is none. */
function gptVersion(model: string): number {
  return Number(/^gpt-(\d+(\.\d+)?)/.exec(model)?.[1] ?? 0)
}
