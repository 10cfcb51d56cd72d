import type { CountTokensBody, Tool } from '../../messages/request.ts'
import type { ClaudeModel } from '../claude/models.ts'
import { hasStrictTools, hasToolExamples, hasToolSearch } from './tool-features.ts'

/** The tools Bedrock takes for this model, each with the options it takes. */
export function bedrockTools(tools: Tool[], model: ClaudeModel): Tool[] {
  return tools.filter((tool) => isTaken(tool, model)).map((tool) => bedrockTool(tool, model))
}

/**
 * The tool types that run at the client; Bedrock has no server tools. Which of them an older model
 * lacks, its refusals say ("does not match any of the expected tags").
 */
function isTaken({ type }: Tool, model: ClaudeModel): boolean {
  if (type == null || /^(custom$|bash_|text_editor_|computer_)/.test(type)) return true
  if (type.startsWith('tool_search_tool_')) return hasToolSearch(model)
  return type.startsWith('memory_') && model.version >= 4.5
}

/**
 * What a tool may say beside its name, description and schema. `eager_input_streaming` and
 * `allowed_callers` are no options on Bedrock (BerriAI/litellm#22847): the input then comes later, and
 * whole, and only the model itself calls.
 */
const OPTIONS = new Map<string, (model: ClaudeModel) => boolean>([
  ['cache_control', () => true],
  ['defer_loading', hasToolSearch],
  ['input_examples', hasToolExamples],
  ['strict', hasStrictTools],
])
const CORE = new Set(['type', 'name', 'description', 'input_schema'])
const REFUSED = new Set(['eager_input_streaming', 'allowed_callers'])

function bedrockTool(tool: Tool, model: ClaudeModel): Tool {
  const isOwn = tool.type == null || tool.type === 'custom'
  const kept = Object.entries(tool).filter(([key, value]) => {
    if (CORE.has(key)) return value !== null
    const option = OPTIONS.get(key)
    // A typed tool has settings of its own, such as a display's size.
    return option ? option(model) : !isOwn && !REFUSED.has(key)
  })
  return Object.fromEntries(kept)
}

/** The client's choice as long as there is something left to choose. */
export function choiceAmong(
  tools: readonly Tool[],
  choice: CountTokensBody['tool_choice'],
): CountTokensBody['tool_choice'] {
  if (tools.length === 0 || !choice) return undefined
  const isGone = choice.type === 'tool' && !tools.some(({ name }) => name === choice.name)
  return isGone ? undefined : choice
}
