import { isRecord } from '../../json.ts'
import type { CountTokensBody, Message } from '../../messages/request.ts'
import type { ClaudeModel } from './models.ts'

/** The budget Claude Code asks for where a model has no adaptive thinking. */
const BUDGET_TOKENS = 31_999
/** "budget_tokens must be at least 1024 and less than max_tokens" (Claude API, extended thinking). */
const MIN_BUDGET_TOKENS = 1024

/** Puts `thinking` in the one form this model takes, or leaves it out. */
export function adaptThinking<Body extends CountTokensBody>(body: Body, model: ClaudeModel): Body {
  const { thinking } = body
  if (!thinking) return body
  const form = wantedForm(thinking.type, model)
  if (form === 'none') return withoutThinking(body)
  if (form === 'enabled') return enabled(body)
  if (form === thinking.type) return body
  const display = 'display' in thinking ? { display: thinking.display } : {}
  return { ...body, thinking: { type: form, ...display } }
}

const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max']

/** Lowers an effort to the highest the model knows, or drops it; a level we do not know passes. */
export function adaptEffort<Body extends CountTokensBody>(body: Body, model: ClaudeModel): Body {
  const effort = body.output_config?.effort
  const efforts = body.thinking?.type === 'disabled' ? model.effortsWithoutThinking : model.efforts
  if (!body.output_config || effort == null || efforts.includes(effort)) return body
  if (efforts.length > 0 && !EFFORTS.includes(effort)) return body
  const known = EFFORTS.slice(0, EFFORTS.indexOf(effort)).findLast((e) => efforts.includes(e))
  const output = known
    ? { ...body.output_config, effort: known }
    : without(body.output_config, 'effort')
  return Object.keys(output).length > 0
    ? { ...body, output_config: output }
    : without(body, 'output_config')
}

function wantedForm(asked: string, model: ClaudeModel): string {
  switch (model.thinking) {
    case 'none':
      return 'none'
    case 'enabled':
      return asked === 'disabled' ? 'disabled' : 'enabled'
    case 'both':
      return asked === 'between_tools' ? 'adaptive' : asked
    case 'adaptive':
      return asked === 'disabled' ? 'disabled' : 'adaptive'
    case 'always':
      // It cannot be switched off: `disabled` is a 400, so the field goes.
      return asked === 'disabled' ? 'none' : 'adaptive'
    case 'always_or_between_tools':
      if (asked === 'between_tools') return asked
      return asked === 'disabled' ? 'none' : 'adaptive'
  }
}

function enabled<Body extends CountTokensBody>(body: Body): Body {
  if (forcesTool(body) || isInUnsignedToolLoop(body.messages)) return withoutThinking(body)
  const maxTokens = 'max_tokens' in body ? Number(body.max_tokens) : Number.POSITIVE_INFINITY
  const asked = body.thinking?.budget_tokens ?? BUDGET_TOKENS
  const budget = Math.min(asked, maxTokens - 1)
  if (budget < MIN_BUDGET_TOKENS) return withoutThinking(body)
  if (body.thinking?.type === 'enabled' && budget === asked) return body
  return { ...body, thinking: { type: 'enabled', budget_tokens: budget } }
}

/** With it goes what only works on it: "clear_thinking_20251015 strategy requires `thinking` …". */
function withoutThinking<Body extends CountTokensBody>(body: Body): Body {
  const rest = without(body, 'thinking')
  const management = 'context_management' in rest ? rest.context_management : undefined
  if (!isRecord(management) || !Array.isArray(management.edits)) return rest
  const edits = management.edits.filter(
    (edit) => !(isRecord(edit) && String(edit.type).startsWith('clear_thinking_')),
  )
  if (edits.length === management.edits.length) return rest
  return edits.length > 0
    ? { ...rest, context_management: { ...management, edits } }
    : without(rest, 'context_management')
}

/** "Thinking may not be enabled when tool_choice forces tool use" (Claude API). */
function forcesTool(body: CountTokensBody): boolean {
  return body.tool_choice?.type === 'any' || body.tool_choice?.type === 'tool'
}

/**
 * With manual thinking a turn that goes on after a tool call must begin with its thinking block:
 * "Expected `thinking` or `redacted_thinking`, but found `tool_use`". After a fallback there is none.
 */
function isInUnsignedToolLoop(messages: Message[]): boolean {
  const turn = messages.findLastIndex((message) => message.role === 'assistant')
  if (!messages.slice(turn + 1).some(hasToolResult)) return false
  const content = messages[turn]?.content
  const first = typeof content === 'string' ? undefined : content?.[0]
  return first?.type !== 'thinking' && first?.type !== 'redacted_thinking'
}

function hasToolResult({ content }: Message): boolean {
  return typeof content !== 'string' && content.some((block) => block.type === 'tool_result')
}

function without<T extends object>(object: T, key: string): T {
  const { [key as keyof T]: _, ...rest } = object
  return rest as T
}
