import { claudeModel, isClaude } from '../providers/claude/models.ts'
import type { Size } from './attachments.ts'
import type { CountTokensBody } from './request.ts'
import { CLAUDE_3, CLAUDE_4_7, O200K, type Tokenizer } from './tokenizers.ts'

/** How a model counts. */
export interface Counting {
  tokenizer: Tokenizer
  /** Of a request of Claude Code, its JSON and its tools included. */
  charactersPerToken: number
  /** Whether the thinking in the conversation goes to it; none but Claude's own models take all. */
  takesThoughts: boolean
  /** What stands around the messages. */
  frame: number
  /** The instructions that come with the first tool. */
  toolPrompt: number
  /** How much longer than its JSON a tool is. */
  toolScale: number
  imageTokens(size: Size | null): number
}

type Settings = Pick<CountTokensBody, 'thinking' | 'tool_choice'>

/** How the model of this id, in any vendor's spelling, counts a request with these settings. */
export function countingOf(model: string, { thinking, tool_choice }: Settings): Counting {
  if (!isClaude(model)) {
    return {
      tokenizer: O200K,
      charactersPerToken: 4.5,
      takesThoughts: false,
      frame: TEMPLATES.find(([id]) => id.test(model))?.[1] ?? FRAME,
      toolPrompt: 0,
      toolScale: 0.8,
      imageTokens: tiledImageTokens,
    }
  }
  const version = claudeModel(model)?.version ?? Number.POSITIVE_INFINITY
  const isForced = tool_choice?.type === 'any' || tool_choice?.type === 'tool'
  const [, auto = 0, forced = 0] = TOOL_PROMPTS.find(([since]) => version >= since) ?? []
  return {
    ...(version >= 4.7
      ? { tokenizer: CLAUDE_4_7, charactersPerToken: 2.75 }
      : { tokenizer: CLAUDE_3, charactersPerToken: 3.4 }),
    takesThoughts: true,
    frame: thinking?.type === 'enabled' ? FRAME + THINKING_PROMPT : FRAME,
    toolPrompt: isForced ? forced : auto,
    toolScale: 1.05,
    imageTokens: (size) => claudeImageTokens(size, version),
  }
}

/** Whether a count for one model is right for the other, too. */
export function countsAlike(model: string, other: string): boolean {
  if (model === other) return true
  const [one, two] = [countingOf(model, {}), countingOf(other, {})]
  return isClaude(model) && isClaude(other) && one.tokenizer === two.tokenizer
}

const FRAME = 7
/** What chat templates say of their own: harmony's system message, and Llama's with its dates. */
const TEMPLATES: readonly (readonly [id: RegExp, tokens: number])[] = [
  [/gpt-oss/i, 68],
  [/llama-?3/i, 36],
]
const THINKING_PROMPT = 29

/**
 * "Tool use system prompt token count" by version: with tool_choice auto or none, and any or tool
 * (platform.claude.com/docs, tool use overview; of the 5.x models only Sonnet 5 is listed).
 */
const TOOL_PROMPTS: readonly (readonly [since: number, auto: number, forced: number])[] = [
  [5, 354, 474],
  [4.8, 290, 410],
  [4.7, 675, 804],
  [4.5, 496, 588],
  [4, 313, 315],
  [3.7, 346, 313],
  [0, 294, 261],
]

/**
 * Width times height by 750, of what is left after Claude has made the image smaller: to an edge of
 * 1,568 pixels and about 1,600 tokens, from 4.7 on 2,576 and 4,784 (platform.claude.com/docs, vision).
 */
function claudeImageTokens(size: Size | null, version: number): number {
  const [edge, most] = version >= 4.7 ? [2576, 4784] : [1568, 1600]
  if (!size) return 1600
  const scale = Math.min(1, edge / Math.max(size.width, size.height, 1))
  return Math.min(most, (size.width * size.height * scale * scale) / 750)
}

/**
 * 85 and 170 for each tile of 512 pixels, the short side made 768 at most (OpenAI's guide to images
 * and vision, for GPT-4o; its newer models come close).
 */
function tiledImageTokens(size: Size | null): number {
  const { width, height } = size ?? { width: 1024, height: 1024 }
  const fit = Math.min(1, 2048 / Math.max(width, height, 1))
  const scale = Math.min(fit, 768 / Math.max(1, Math.min(width, height)))
  const tiles = (side: number) => Math.ceil((side * scale) / 512)
  return 85 + 170 * tiles(width) * tiles(height)
}
