import type { Quirks } from './quirks.ts'
import { effortRules } from './reasoning.ts'

/** docs.ollama.com/api/openai-compatibility */
const ollama: Partial<Quirks> = {
  imageUrls: false,
  // Asking a model that does not think to think is a 400; gpt-oss is told how hard.
  reasoning: (model) =>
    effortRules(/gpt-oss/.test(model) ? ['low', 'medium', 'high'] : [], 'reasoning'),
}

/** lmstudio.ai/docs/developer/openai-compat */
const lmstudio: Partial<Quirks> = {
  imageUrls: false,
  // "Invalid tool_choice type: 'object'" (lmstudio-ai/lmstudio-bug-tracker#670).
  toolChoice: () => 'required',
}

/** docs.vllm.ai: thoughts come back as `reasoning` (vllm-project/vllm#38488). */
const vllm: Partial<Quirks> = {
  reasoning: () => effortRules([], 'reasoning'),
}

/** Servers that people run themselves. */
export const LOCAL = { ollama, lmstudio, vllm }
