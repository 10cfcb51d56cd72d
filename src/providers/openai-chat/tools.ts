import type {
  ChatCompletionFunctionTool,
  ChatCompletionToolChoiceOption,
} from 'openai/resources/chat/completions'
import { ProxyError } from '../../errors.ts'
import type { MessagesBody, Tool } from '../../messages/request.ts'
import { clientTools, toWireName } from '../translation/names.ts'
import { closeObjects, toOpenApi } from '../translation/narrow-schema.ts'
import { type Schema, toParameters } from '../translation/schema.ts'
import type { Dialect } from './content.ts'

/**
 * The tools a model elsewhere can call. Tools that run at Anthropic have no schema and are left
 * out, as is the placeholder that Claude Code sends to keep its tool search switched on. Throws
 * where there are more than the service takes: a model must not lose tools without knowing.
 */
export function toChatTools(
  tools: readonly Tool[] | undefined,
  dialect: Dialect,
): ChatCompletionFunctionTool[] {
  const offered = clientTools(tools)
  if (offered.length > dialect.quirks.mostTools) throw tooMany(offered.length, dialect)
  return offered.map(({ name, description, input_schema }) => ({
    type: 'function',
    function: {
      name: toWireName(name),
      ...(description && { description }),
      parameters: parametersFor(input_schema ?? {}, dialect),
    },
  }))
}

function tooMany(count: number, { provider, quirks }: Dialect): ProxyError {
  return new ProxyError(
    'invalid_request_error',
    `${provider} takes ${quirks.mostTools} tools at most, and this request has ${count}: switch ` +
      'off MCP servers that are not needed, or route to a provider that takes more.',
    { outcome: 'unfit' },
  )
}

function parametersFor(schema: Schema, { quirks, baseModel }: Dialect): Schema {
  const parameters = toParameters(schema, quirks.droppedKeywords)
  if (quirks.openApiSchemas(baseModel)) return toOpenApi(parameters)
  return quirks.closedObjects ? closeObjects(parameters) : parameters
}

/** Undefined where there are no tools: a choice without tools is a 400. */
export function toToolChoice(
  choice: MessagesBody['tool_choice'],
  tools: readonly ChatCompletionFunctionTool[],
  { quirks, baseModel }: Dialect,
): ChatCompletionToolChoiceOption | undefined {
  if (!choice || tools.length === 0) return undefined
  if (choice.type === 'none') return 'none'
  const taken = quirks.toolChoice(baseModel)
  if (taken === 'auto') return 'auto'
  if (choice.type === 'any') return 'required'
  const name = choice.type === 'tool' && choice.name ? toWireName(choice.name) : null
  const offered = tools.some((tool) => tool.function.name === name)
  if (!name || !offered) return 'auto'
  return taken === 'required' ? 'required' : { type: 'function', function: { name } }
}
