import type { Json } from './json.ts'

/** Which of the services that speak Chat Completions is asked; they agree on less than it seems. */
export interface ChatService {
  name: 'openai' | 'groq' | 'openrouter' | 'compatible'
  /** A reasoning model of OpenAI's own. */
  reasons: boolean
  /** Takes function tools only on the Responses API, or without reasoning. */
  toolsElsewhere: boolean
}

/** Groq and OpenRouter show in the path, OpenAI in the name of the model. */
export function chatServiceOf(path: string, model: string): ChatService {
  if (path.startsWith('/openai/')) return { name: 'groq', reasons: false, toolsElsewhere: false }
  if (path.startsWith('/api/')) return { name: 'openrouter', reasons: false, toolsElsewhere: false }
  const gpt = /^gpt-(\d+(?:\.\d+)?)/.exec(model)
  if (!gpt && !/^(o\d|chatgpt-)/.test(model)) {
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
    case 'compatible':
      return [
        ...COMMON,
        ...['reasoning_format', 'disable_reasoning', 'clear_thinking', 'thinking'],
        ...['top_k', 'min_p', 'repetition_penalty', 'chat_template_kwargs'],
      ]
    case 'openrouter':
      return null
  }
}

/** What an assistant message may carry of its thoughts. */
export function thoughtsOf({ name }: ChatService): string[] {
  switch (name) {
    case 'openai':
      return []
    case 'groq':
      return ['reasoning']
    case 'compatible':
      return ['reasoning', 'reasoning_content']
    case 'openrouter':
      return ['reasoning', 'reasoning_details', 'reasoning_content']
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
