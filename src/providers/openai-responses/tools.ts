import type { FunctionTool } from 'openai/resources/responses/responses'
import type { CountTokensBody } from '../../messages/request.ts'
import type { Dialect } from '../openai-chat/content.ts'
import { parallelField } from '../openai-chat/request.ts'
import { toChatTools, toToolChoice } from '../openai-chat/tools.ts'

export interface ToolFields {
  tools?: FunctionTool[]
  tool_choice?: 'none' | 'auto' | 'required' | { type: 'function'; name: string }
  parallel_tool_calls?: boolean
}

/** The tools a model can call, and what it may do with them; nothing where there are none. */
export function toolFields(body: CountTokensBody, dialect: Dialect): ToolFields {
  const chatTools = toChatTools(body.tools, dialect)
  if (chatTools.length === 0) return {}
  const choice = toToolChoice(body.tool_choice, chatTools, dialect)
  return {
    tools: chatTools.map(({ function: { name, description, parameters } }) => ({
      type: 'function',
      name,
      ...(description && { description }),
      parameters: parameters ?? {},
      // "Function calling is strict by default" (the Responses migration guide), and optional
      // parameters, which most tools have, are refused then.
      strict: false,
    })),
    ...(typeof choice === 'string' && { tool_choice: choice }),
    ...(typeof choice === 'object' &&
      'function' in choice && { tool_choice: { type: 'function', name: choice.function.name } }),
    ...parallelField(body, chatTools, dialect),
  }
}
