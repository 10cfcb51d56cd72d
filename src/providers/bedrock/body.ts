import { isRecord } from '../../json.ts'
import type { ClientRequest, CountTokensBody, Message, Tool } from '../../messages/request.ts'
import { adaptToClaude } from '../claude/adapt.ts'
import { hasBillingLine } from '../claude/billing.ts'
import { type ClaudeModel, claudeModel } from '../claude/models.ts'

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
  const model = claudeModel(modelId)
  const body = adaptToClaude(request.body, modelId)
  const tools = body.tools?.filter(isTakenTool).map((tool) => bedrockTool(tool, model))
  const betas = bedrockBetas(request.headers, tools ?? [], model)
  const system =
    hasBillingLine(body) && Array.isArray(body.system) ? body.system.slice(1) : body.system
  const wanted: Record<string, unknown> = {
    ...body,
    system,
    messages: body.messages.map(bedrockMessage),
    tools: tools?.length ? tools : undefined,
    tool_choice: choiceAmong(tools ?? [], body.tool_choice),
    thinking: bedrockThinking(body.thinking, model),
    output_config: body.output_config?.effort ? { effort: body.output_config.effort } : undefined,
    anthropic_version: 'bedrock-2023-05-31',
    anthropic_beta: betas.length > 0 ? betas : undefined,
  }
  const kept = Object.entries(wanted).filter(
    ([key, value]) => TAKEN.has(key) && value !== undefined,
  )
  return withoutForeignCacheKeys(Object.fromEntries(kept), model)
}

/** The top-level fields bedrock-runtime takes; any other is "Extra inputs are not permitted". */
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

/** The tool types that run at the client; Bedrock has no server tools. */
function isTakenTool({ type }: Tool): boolean {
  return type == null || /^(custom$|bash_|text_editor_|memory_|computer_|tool_search_)/.test(type)
}

function bedrockTool(tool: Tool, model: ClaudeModel | null): Tool {
  const { name, description, input_schema, type, defer_loading, ...rest } = tool
  const client = type == null || type === 'custom'
  const cacheControl = 'cache_control' in rest ? { cache_control: rest.cache_control } : {}
  return {
    ...(type != null && { type }),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(input_schema !== undefined && { input_schema }),
    ...(defer_loading !== undefined && hasToolSearch(model) && { defer_loading }),
    ...(client ? cacheControl : rest),
  }
}

function choiceAmong(tools: Tool[], choice: CountTokensBody['tool_choice']): unknown {
  if (tools.length === 0) return undefined
  return choice?.type === 'tool' && !tools.some(({ name }) => name === choice.name)
    ? undefined
    : choice
}

/** A turn's own effort and the like are taken only by the Claude API. */
function bedrockMessage(message: Message): Message {
  return Object.keys(message).length > 2
    ? { role: message.role, content: message.content }
    : message
}

function bedrockThinking(
  thinking: CountTokensBody['thinking'],
  model: ClaudeModel | null,
): unknown {
  if (!thinking || !model || model.version >= 4.7 || !('display' in thinking)) return thinking
  const { display: _, ...rest } = thinking
  return rest
}

/** A beta Bedrock does not know fails the whole request: "invalid beta flag". */
function bedrockBetas(headers: Headers, tools: Tool[], model: ClaudeModel | null): string[] {
  const asked = new Set((headers.get('anthropic-beta') ?? '').split(',').map((beta) => beta.trim()))
  const version = model?.version ?? Number.POSITIVE_INFINITY
  const isHaiku45 = model?.family === 'haiku' && version === 4.5
  const betas: string[] = []
  if (asked.has('context-1m-2025-08-07') && version >= 4 && version <= 4.6) {
    betas.push('context-1m-2025-08-07')
  }
  if (asked.has('interleaved-thinking-2025-05-14') && version >= 4 && !isHaiku45) {
    betas.push('interleaved-thinking-2025-05-14')
  }
  if (hasToolSearch(model) && tools.some((tool) => tool.defer_loading !== undefined)) {
    betas.push('tool-search-tool-2025-10-19')
  }
  if (asked.has('thinking-token-count-2026-05-13') && version >= 4.7) {
    betas.push('thinking-token-count-2026-05-13')
  }
  return betas
}

function hasToolSearch(model: ClaudeModel | null): boolean {
  return model === null || model.version >= 4.5
}

/**
 * `cache_control.scope` is a 400 on every Bedrock model, `ttl` on those before 4.5
 * (BerriAI/litellm#22867). Tool schemas may have properties of that name, so only the places
 * where the API has the field are looked at.
 */
function withoutForeignCacheKeys(
  body: Record<string, unknown>,
  model: ClaudeModel | null,
): Record<string, unknown> {
  const ttl = model === null || model.version >= 4.5
  const cleanBlock = (block: unknown): unknown => {
    if (!isRecord(block)) return block
    const content = Array.isArray(block.content) ? clean(block.content) : block.content
    const control = cleanControl(block.cache_control, ttl)
    if (content === block.content && control === block.cache_control) return block
    return {
      ...block,
      ...(content !== undefined && { content }),
      ...(control !== undefined && { cache_control: control }),
    }
  }
  const clean = (blocks: unknown[]): unknown[] => {
    const cleaned = blocks.map(cleanBlock)
    return cleaned.some((block, i) => block !== blocks[i]) ? cleaned : blocks
  }
  const cleaned = { ...body }
  for (const key of ['system', 'tools', 'messages']) {
    const blocks = cleaned[key]
    if (Array.isArray(blocks)) cleaned[key] = clean(blocks)
  }
  return cleaned
}

function cleanControl(control: unknown, ttl: boolean): unknown {
  if (!isRecord(control)) return control
  const kept = Object.entries(control).filter(([key]) => key === 'type' || (key === 'ttl' && ttl))
  return kept.length === Object.keys(control).length ? control : Object.fromEntries(kept)
}
