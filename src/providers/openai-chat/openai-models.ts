import type { Effort } from '../translation/effort.ts'
import type { Quirks } from './quirks.ts'
import { effortRules, type ReasoningRules } from './reasoning.ts'

/** OpenAI itself. */
export const OPENAI = {
  maxTokensField: 'max_completion_tokens',
  mostOutputTokens,
  inlineSystem: true,
  // platform.openai.com/docs/guides/pdf-files: models that see images.
  files: (model) => !/^gpt-(3\.5|4$|4-)/.test(model),
  responses: takesToolsOnlyOnResponses,
  sampling: (model) => !isReasoner(model),
  mostStops: (model) => (isReasoner(model) ? 0 : 4),
  mostTools: 128,
  parallelToolCalls: (model) => !/^o\d/.test(model),
  promptCacheKey: true,
  safetyIdentifier: true,
  reasoning,
  thinkTags: () => false,
} satisfies Partial<Quirks>

/**
 * Azure's /openai/v1, which takes the key as a bearer token, too
 * (learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle). Deployments have names of
 * their own: `base_model` says what stands behind one. Files are taken on the Responses API only.
 */
export const AZURE = {
  ...OPENAI,
  files: () => false,
  safetyIdentifier: false,
} satisfies Partial<Quirks>

function mostOutputTokens(model: string): number {
  if (/^o\d/.test(model)) return 100_000
  if (isReasoner(model)) return 128_000
  if (/^gpt-4\.1/.test(model)) return 32_768
  return /^gpt-(3\.5|4$|4-)/.test(model) ? 4_096 : 16_384
}

function isReasoner(model: string): boolean {
  return /^o\d/.test(model) || (gptVersion(model) >= 5 && !/-chat/.test(model))
}

/**
 * From 5.4 on Chat Completions refuses function tools; `codex` and `pro` models are not there at all
 * (developers.openai.com/api/docs/models).
 */
function takesToolsOnlyOnResponses(model: string): boolean {
  return isReasoner(model) && (gptVersion(model) >= 5.4 || /-(codex|pro)\b/.test(model))
}

function reasoning(model: string): ReasoningRules | null {
  if (!isReasoner(model)) return null
  const version = gptVersion(model)
  if (version >= 5.4) {
    // With tools anything but `none`, from 5.6 even silence, is a 400 on Chat Completions
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
export function gptVersion(model: string): number {
  return Number(/^gpt-(\d+(\.\d+)?)/.exec(model)?.[1] ?? 0)
}
