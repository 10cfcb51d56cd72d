import type { ErrorDetails } from '../errors.ts'
import { quotasIn } from './rate-limits.ts'

/** What a refusal says about the size of a prompt; null where it names no number. */
export interface Window {
  promptTokens: number | null
  limitTokens: number | null
}

/** The numbers in a refusal of a prompt that is too long, in the words of every vendor we know. */
export function windowIn(message: string): Window {
  return { promptTokens: firstNumber(PROMPT, message), limitTokens: firstNumber(LIMIT, message) }
}

const PROMPT = [
  // Anthropic, also where the sum with `max_tokens` is too large.
  /too long: ([\d,]+) tokens/i,
  /context limit: ([\d,]+) \+/i,
  // vLLM, OpenRouter and TGI take what they were asked for apart. Bounded, since every digit of what
  // an error quotes is a place to begin at.
  /([\d,]{1,15}) (?:in the messages|of text input|in the prompt|`inputs` tokens)/i,
  /(?:passed|request has) ([\d,]+) input tokens/i,
  // OpenAI, Moonshot, xAI, Mistral; Cerebras; Gemini, Bedrock; llama.cpp.
  /(?:resulted in|requested:?(?: about)?|contains(?: at least)?) ([\d,]+)/i,
  /current length is ([\d,]+)/i,
  /input token count:? \(?([\d,]+)/i,
  /request \(([\d,]+) tokens\)/i,
]

const LIMIT = [
  /> ([\d,]+) maximum/i,
  /context limit: [\d,]+ \+ [\d,]+ > ([\d,]+)/i,
  /maximum (?:context|prompt) length (?:is|of) ([\d,]+)/i,
  // vLLM and LM Studio.
  /context length (?:is|of) only ([\d,]+)/i,
  /(?:configured limit of|model token limit:|while limit is|model with) ([\d,]+)/i,
  /tokens allowed \(?([\d,]+)/i,
  /max input tokens: ([\d,]+)/i,
  /context size \(([\d,]+)/i,
  /must be <= ([\d,]+)/i,
]

function firstNumber(patterns: readonly RegExp[], message: string): number | null {
  for (const pattern of patterns) {
    const digits = pattern.exec(message)?.[1]?.replaceAll(',', '')
    if (digits && digits.length <= 9) return Number(digits)
  }
  return null
}

/** What a rate limit counts, where its words tell, or else the one budget that is used up. */
export function limitedIn(
  { message, type, code }: { message: string; type?: string | null; code?: string | null },
  headers: Headers,
  now: number,
): ErrorDetails['limited'] {
  const words = `${type ?? ''} ${code ?? ''} ${message}`
  if (/concurren|too many connections|in_flight/i.test(words)) return 'concurrency'
  if (type === 'tokens' || TOKENS.test(words)) return 'tokens'
  if (type === 'requests' || REQUESTS.test(words)) return 'requests'
  const spent = quotasIn(headers, now).filter(({ remaining }) => remaining === 0)
  const [first, ...others] = spent.map(({ kind }) => kind)
  return others.every((kind) => kind === first) ? first : undefined
}

/** Groq ends every refusal with "Need more tokens?", so the bare word does not count. */
const TOKENS = /tokens? per|\b[IO]?TP[MHD]\b|too many tokens|request tokens|token_quota/i
const REQUESTS = /requests? per|\bRP[SMHD]\b|too many requests, please|request_quota/i
