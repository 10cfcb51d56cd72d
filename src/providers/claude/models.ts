/**
 * What the Claude models are known to take, by family and version.
 *
 * Source: the thinking, effort and models pages of the Claude API docs (platform.claude.com/docs),
 * as of November 2026, and what Claude Code 2.1.330 itself sends to each of them.
 */
export interface ClaudeModel {
  readonly family: string
  /** 3.5, 4.1, 5.5 */
  readonly version: number
  /** A last message of the assistant, for the model to go on from. */
  readonly prefill: boolean
  /** A `role: "system"` message in the middle of the conversation. */
  readonly inlineSystem: boolean
  readonly thinking: 'none' | 'enabled' | 'both' | 'adaptive' | 'always' | 'always_or_between_tools'
  /** The levels of `output_config.effort`; empty where there is no such field. */
  readonly efforts: readonly string[]
  /** The levels it takes with `thinking: disabled`, where those are fewer. */
  readonly effortsWithoutThinking: readonly string[]
  /** Whether temperature, top_p and top_k may be other than what they are by default. */
  readonly sampling: boolean
  /** The most output tokens it can be asked for; null where the client's figure is right. */
  readonly maxTokens: number | null
}

const LOW_TO_HIGH = ['low', 'medium', 'high'] as const
const TO_MAX = [...LOW_TO_HIGH, 'max'] as const
const ALL_EFFORTS = [...LOW_TO_HIGH, 'xhigh', 'max'] as const

/**
 * The facts for a model id in any spelling: `claude-opus-4-1-20250805`, Bedrock's
 * `us.anthropic.claude-3-5-haiku-20241022-v1:0`, an ARN that ends in one, OpenRouter's
 * `anthropic/claude-sonnet-4.5`. Null where the id names no Claude version we know.
 */
export function claudeModel(id: string): ClaudeModel | null {
  const name = parse(id)
  if (!name) return null
  const { family, version } = name
  return {
    family,
    version,
    prefill: version < 4.6,
    inlineSystem: takesInlineSystem(family, version),
    thinking: thinkingOf(family, version),
    efforts: effortsOf(family, version),
    effortsWithoutThinking: hasThinkingByDefault(family, version)
      ? LOW_TO_HIGH
      : effortsOf(family, version),
    sampling: version < 4.7,
    maxTokens: maxTokensOf(family, version),
  }
}

/** What to expect of a model whose id says nothing, such as an ARN, where it has to be decided. */
export const NEWEST: ClaudeModel = {
  family: '',
  version: Number.POSITIVE_INFINITY,
  prefill: false,
  inlineSystem: true,
  thinking: 'adaptive',
  efforts: ALL_EFFORTS,
  effortsWithoutThinking: ALL_EFFORTS,
  sampling: false,
  maxTokens: null,
}

/** Whether the id names a Claude model at all, known to us or not. */
export function isClaude(id: string): boolean {
  return /claude/i.test(id)
}

/**
 * Whether the id names a model that is not Claude. An id that names none may be an alias on a
 * gateway in front of Claude.
 */
export function isAnotherVendors(id: string): boolean {
  return !isClaude(id) && OTHERS.test(id)
}

const OTHERS =
  /glm|kimi|deepseek|minimax|qwen|gpt|llama|m[iy]stral|nova|gem(ini|ma)|grok|command|moonshot|mimo|doubao|ernie|hunyuan|longcat|step-/i

function parse(id: string): { family: string; version: number } | null {
  const modern = /claude-(opus|sonnet|haiku|fable|mythos)-(\d)(?!\d)(?:[-.](\d)(?!\d))?/i.exec(id)
  if (modern) {
    const [, family = '', major, minor = '0'] = modern
    return { family: family.toLowerCase(), version: Number(`${major}.${minor}`) }
  }
  const legacy = /claude-(\d)(?:[-.](\d))?-(opus|sonnet|haiku)/i.exec(id)
  if (!legacy) return null
  const [, major, minor = '0', family = ''] = legacy
  return { family: family.toLowerCase(), version: Number(`${major}.${minor}`) }
}

function takesInlineSystem(family: string, version: number): boolean {
  if (family === 'opus') return version >= 4.8
  if (family === 'sonnet' || family === 'haiku') return version >= 5.5
  return version >= 5
}

function thinkingOf(family: string, version: number): ClaudeModel['thinking'] {
  if (version < 3.7) return 'none'
  if (version < 4.6) return 'enabled'
  if (version === 4.6) return 'both'
  if (family === 'fable' || family === 'mythos') return 'always'
  if (version >= 5.5 && family === 'sonnet') return 'always_or_between_tools'
  return version >= 5.5 && family === 'opus' ? 'always' : 'adaptive'
}

function effortsOf(family: string, version: number): readonly string[] {
  if (version < 4.5) return []
  if (version === 4.5) return family === 'opus' ? LOW_TO_HIGH : []
  return version === 4.6 ? TO_MAX : ALL_EFFORTS
}

/** Opus 5 and Haiku 5.5 think unless told not to, and cannot be told so with much effort. */
function hasThinkingByDefault(family: string, version: number): boolean {
  return (family === 'opus' && version === 5) || (family === 'haiku' && version >= 5)
}

function maxTokensOf(family: string, version: number): number | null {
  if (version > 5.5) return null
  if (version >= 4.7 || (version === 4.6 && family === 'opus')) return 128_000
  if (version === 3) return 4096
  if (version < 3.7) return 8192
  return family === 'opus' && version < 4.5 ? 32_000 : 64_000
}
