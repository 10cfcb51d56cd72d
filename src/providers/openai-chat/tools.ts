import type {
  ChatCompletionFunctionTool,
  ChatCompletionToolChoiceOption,
} from 'openai/resources/chat/completions'
import type { MessagesBody, Tool } from '../../messages/request.ts'
import { clientTools, toWireName } from '../translation/names.ts'
import { toParameters } from '../translation/schema.ts'

/**
 * The tools a model elsewhere can call. Tools that run at Anthropic have no schema and are left
 * out, as is the placeholder that Claude Code sends to keep its tool search switched on.
 */
export function toChatTools(
  tools: readonly Tool[] | undefined,
  droppedKeywords: readonly string[],
): ChatCompletionFunctionTool[] {
  return clientTools(tools).map(({ name, description, input_schema }) => ({
    type: 'function',
    function: {
      name: toWireName(name),
      ...(description && { description }),
      parameters: toParameters(input_schema ?? {}, droppedKeywords),
    },
  }))
}

/** Undefined where there are no tools: a choice without tools is a 400. */
export function toToolChoice(
  choice: MessagesBody['tool_choice'],
  tools: readonly ChatCompletionFunctionTool[],
): ChatCompletionToolChoiceOption | undefined {
  if (!choice || tools.length === 0) return undefined
  if (choice.type === 'none') return 'none'
  if (choice.type === 'any') return 'required'
  const name = choice.type === 'tool' && choice.name ? toWireName(choice.name) : null
  const offered = tools.some((tool) => tool.function.name === name)
  return name && offered ? { type: 'function', function: { name } } : 'auto'
}
