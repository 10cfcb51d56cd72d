import type {
  Tool as ConverseTool,
  ToolConfiguration,
  ToolUseBlock,
} from '@aws-sdk/client-bedrock-runtime'
import type { CountTokensBody, Message } from '../../../messages/request.ts'
import { toolUses } from '../../translation/conversation.ts'
import { clientTools, toWireName } from '../../translation/names.ts'
import { toParameters } from '../../translation/schema.ts'
import type { Family } from './families.ts'

/**
 * The tools a model can call and what it must choose. There is no `none`: without tools in the
 * conversation the whole of it is left out, and with some, it has to stand ("The toolConfig field
 * must be defined when using toolUse and toolResult content blocks").
 */
export function toToolConfig(
  { tools, tool_choice, messages }: CountTokensBody,
  family: Family,
): ToolConfiguration | undefined {
  const offered = clientTools(tools)
  const used = usedTools(messages)
  if (tool_choice?.type === 'none' && used.size === 0) return undefined
  const specs =
    offered.length > 0
      ? offered.map(({ name, description, input_schema }) =>
          toolSpec(toWireName(name), description, toSchema(input_schema ?? {}, family)),
        )
      : [...used].map((name) => toolSpec(name, undefined, toSchema({}, family)))
  if (specs.length === 0) return undefined
  const toolChoice = toChoice(
    tool_choice,
    new Set(specs.map(({ toolSpec }) => toolSpec.name)),
    family,
  )
  return { tools: specs, ...(toolChoice && { toolChoice }) }
}

/** JSON that was parsed is all that the SDK's document can be. */
export function toDocument(json: Record<string, unknown>): NonNullable<ToolUseBlock['input']> {
  return json as NonNullable<ToolUseBlock['input']>
}

function usedTools(messages: readonly Message[]): Set<string> {
  const calls = messages.filter(({ role }) => role === 'assistant').flatMap(toolUses)
  return new Set(calls.map(({ name = '' }) => toWireName(name)))
}

function toolSpec(
  name: string,
  description: string | undefined,
  schema: Record<string, unknown>,
): ConverseTool.ToolSpecMember {
  return {
    toolSpec: {
      name,
      ...(description?.trim() && { description }),
      inputSchema: { json: toDocument(schema) },
    },
  }
}

function toSchema(schema: Record<string, unknown>, family: Family): Record<string, unknown> {
  const parameters = toParameters(schema, [])
  if (!family.plainSchemas) return parameters
  const { type, properties, required } = parameters
  return { type, properties, ...(required !== undefined && { required }) }
}

/** `auto` is what happens where nothing is said. */
function toChoice(
  choice: CountTokensBody['tool_choice'],
  offered: ReadonlySet<string | undefined>,
  { toolChoices }: Family,
): ToolConfiguration['toolChoice'] {
  const name = choice?.type === 'tool' && choice.name ? toWireName(choice.name) : null
  if (name !== null && offered.has(name)) {
    if (toolChoices.includes('tool')) return { tool: { name } }
    return offered.size === 1 && toolChoices.includes('any') ? { any: {} } : undefined
  }
  return choice?.type === 'any' && toolChoices.includes('any') ? { any: {} } : undefined
}
