import { isRecord } from '../../json.ts'
import type { ClientRequest, CountTokensBody, Message } from '../../messages/request.ts'
import { adaptToClaude } from '../claude/adapt.ts'
import { betasIn } from '../claude/headers.ts'
import { type ClaudeModel, claudeModel, NEWEST } from '../claude/models.ts'
import { bedrockBetas } from './betas.ts'
import { bedrockBlocks } from './blocks.ts'
import { bedrockTools, choiceAmong } from './tools.ts'

/**
 * The InvokeModel body for a Claude model: the client's, less what Bedrock refuses, plus its
 * version. What goes, goes on every request, so that a prefix stays the same from turn to turn.
 *
 * Claude Code's own Bedrock mode is the oracle: for the same turn it sends the same body.
 */
export function bedrockBody(
  request: Pick<ClientRequest<CountTokensBody>, 'body' | 'headers'>,
  modelId: string,
): Record<string, unknown> {
  const model = claudeModel(modelId) ?? NEWEST
  const body = adaptToClaude(request.body, modelId)
  const tools = bedrockBlocks(bedrockTools(body.tools ?? [], model), model)
  const messages = body.messages.flatMap((message) => bedrockMessage(message, model))
  const betas = bedrockBetas(betasIn(request.headers), { ...body, tools, messages }, model)
  const wanted: Record<string, unknown> = {
    ...body,
    system: bedrockSystem(body, model),
    messages,
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: choiceAmong(tools, body.tool_choice),
    thinking: bedrockThinking(body.thinking, model),
    output_config: body.output_config?.effort ? { effort: body.output_config.effort } : undefined,
    anthropic_version: 'bedrock-2023-05-31',
    anthropic_beta: betas.length > 0 ? betas : undefined,
  }
  const kept = Object.entries(wanted).filter(
    ([key, value]) => TAKEN.has(key) && value !== undefined,
  )
  return Object.fromEntries(kept)
}

/**
 * The top-level fields bedrock-runtime takes; any other is "Extra inputs are not permitted". Those
 * that go decide about cost, speed and place (`service_tier`, `speed`, `inference_geo`, automatic
 * `cache_control`), trim the context (`context_management`), or belong to services that Bedrock does
 * not have (`container`, `mcp_servers`, `diagnostics`).
 */
const TAKEN = new Set([
  'anthropic_version',
  'anthropic_beta',
  'max_tokens',
  'messages',
  'system',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'tools',
  'tool_choice',
  'thinking',
  'metadata',
  'output_config',
])

function bedrockSystem(body: CountTokensBody, model: ClaudeModel): CountTokensBody['system'] {
  const { system } = body
  const taken = Array.isArray(system) ? bedrockBlocks(system, model) : system
  const format = formatOf(body)
  if (format === null) return taken
  const blocks = typeof taken === 'string' ? [{ type: 'text', text: taken }] : (taken ?? [])
  return [...blocks, { type: 'text', text: format }]
}

/** `output_config.format`, or `output_format` as it was called before, in words. */
function formatOf(body: CountTokensBody): string | null {
  const older = 'output_format' in body ? body.output_format : undefined
  const format = body.output_config?.format ?? older
  if (!isRecord(format) || format.type !== 'json_schema') return null
  const schema = JSON.stringify(format.schema)
  return `Answer with nothing but JSON, without a code fence, that is valid by this JSON schema: ${schema}`
}

/** A turn's own effort and the like, and changes of its tools, are taken only by the Claude API. */
function bedrockMessage(message: Message, model: ClaudeModel): Message[] {
  const { role, content } = message
  if (typeof content === 'string') return hasMore(message) ? [{ role, content }] : [message]
  const known = content.some(isToolChange) ? content.filter((b) => !isToolChange(b)) : content
  if (known.length === 0 && content.length > 0) return []
  const taken = bedrockBlocks(known, model)
  return taken === content && !hasMore(message) ? [message] : [{ role, content: taken }]
}

function hasMore(message: Message): boolean {
  return Object.keys(message).length > 2
}

function isToolChange({ type }: { type: string }): boolean {
  return type === 'tool_addition' || type === 'tool_removal'
}

/** `block_binding` is a beta of the Claude API; models before 4.7 always show their thinking. */
function bedrockThinking(thinking: CountTokensBody['thinking'], { version }: ClaudeModel): unknown {
  if (!thinking) return undefined
  const kept = Object.entries(thinking).filter(
    ([key]) => key !== 'block_binding' && (key !== 'display' || version >= 4.7),
  )
  return kept.length === Object.keys(thinking).length ? thinking : Object.fromEntries(kept)
}
