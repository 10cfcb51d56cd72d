import type { Json } from './json.ts'

const NAMES = [
  ...(['openai', 'groq', 'openrouter', 'cerebras', 'deepseek', 'gemini', 'mistral'] as const),
  ...(['moonshot', 'xai', 'zai', 'ollama', 'lmstudio', 'vllm', 'compatible'] as const),
]
export type ServiceHabits = (typeof NAMES)[number]

/** Which of the services that speak Chat Completions is asked; they agree on less than it seems. */
export interface ChatService {
  name: ServiceHabits
  /** A reasoning model of OpenAI's own. */
  reasons: boolean
  /** Takes function tools only on the Responses API, or without reasoning. */
  toolsElsewhere: boolean
}

/** The path says who is asked: `/openai/` Groq, `/api/` OpenRouter, `/as/mistral/` Mistral. */
const PATH = /^\/(openai|api|as\/(\w+))\//

/** Where the path does not tell, the name of the model tells OpenAI from the others. */
export function chatServiceOf(path: string, model: string): ChatService {
  const [, prefix, named] = PATH.exec(path) ?? []
  const name = prefix === 'openai' ? 'groq' : prefix === 'api' ? 'openrouter' : named
  const known = NAMES.find((one) => one === name)
  if (known && known !== 'openai') return { name: known, reasons: false, toolsElsewhere: false }
  const gpt = /^gpt-(\d+(?:\.\d+)?)/.exec(model)
  if (!gpt && !/^(o\d|chatgpt-)/.test(model) && known !== 'openai') {
    return { name: 'compatible', reasons: false, toolsElsewhere: false }
  }
  const version = Number(gpt?.[1] ?? 0)
  const reasons = version >= 5 || /^o\d/.test(model)
  return { name: 'openai', reasons, toolsElsewhere: version >= 5.4 }
}

const COMMON = [
  ...['messages', 'model', 'frequency_penalty', 'logit_bias', 'logprobs', 'max_completion_tokens'],
  ...['max_tokens', 'metadata', 'n', 'parallel_tool_calls', 'presence_penalty', 'reasoning_effort'],
  ...['response_format', 'seed', 'service_tier', 'stop', 'stream', 'stream_options', 'temperature'],
  ...['tool_choice', 'tools', 'top_logprobs', 'top_p', 'user', 'verbosity', 'prompt_cache_key'],
]
const GROQ_REFUSES = [
  ...['metadata', 'prompt_cache_key', 'verbosity', 'logit_bias', 'logprobs', 'top_logprobs'],
]

const GEMINI_REFUSES = ['metadata', 'prompt_cache_key', 'verbosity', 'logit_bias', 'user']

/** The top-level fields a service knows; null where it ignores what it does not know. */
export function membersOf({ name }: ChatService): string[] | null {
  switch (name) {
    case 'openai':
      return [
        ...COMMON,
        ...['audio', 'function_call', 'functions', 'modalities', 'moderation', 'prediction'],
        ...['prompt_cache_options', 'prompt_cache_retention', 'safety_identifier', 'store'],
        'web_search_options',
      ]
    case 'groq':
      return [
        ...COMMON.filter((member) => !GROQ_REFUSES.includes(member)),
        ...['reasoning_format', 'include_reasoning', 'disable_tool_validation'],
      ]
    case 'cerebras':
      return [...COMMON, 'reasoning_format', 'disable_reasoning', 'clear_thinking']
    case 'mistral':
      return [
        ...['model', 'messages', 'tools', 'tool_choice', 'parallel_tool_calls', 'max_tokens'],
        ...['temperature', 'top_p', 'stop', 'stream', 'random_seed', 'response_format', 'n'],
        ...['presence_penalty', 'frequency_penalty', 'prediction', 'prompt_mode', 'safe_prompt'],
      ]
    case 'gemini':
      return [...COMMON.filter((member) => !GEMINI_REFUSES.includes(member)), 'extra_body']
    case 'openrouter':
      return null
    default:
      return [
        ...COMMON,
        ...['reasoning_format', 'disable_reasoning', 'clear_thinking', 'thinking'],
        ...['top_k', 'min_p', 'repetition_penalty', 'chat_template_kwargs'],
      ]
  }
}

/** What an assistant message may carry of its thoughts. */
export function thoughtsOf({ name }: ChatService): string[] {
  switch (name) {
    case 'openai':
    case 'gemini':
    case 'mistral':
      return []
    case 'groq':
    case 'cerebras':
    case 'ollama':
    case 'vllm':
      return ['reasoning']
    case 'deepseek':
    case 'moonshot':
    case 'zai':
    case 'xai':
      return ['reasoning_content']
    case 'openrouter':
      return ['reasoning', 'reasoning_details', 'reasoning_content']
    default:
      return ['reasoning', 'reasoning_content']
  }
}

/** The service's words for a field it does not know. */
export function unknownField({ name }: ChatService, path: string, isTopLevel: boolean): string {
  if (name === 'groq') return `property '${path}' is unsupported`
  if (isTopLevel) return `Unrecognized request argument supplied: ${path}`
  return `Unknown parameter: '${path}'.`
}

export function hasTools(body: Json): boolean {
  return Array.isArray(body.tools) && body.tools.length > 0
}
