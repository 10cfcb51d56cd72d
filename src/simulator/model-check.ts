import { isRecord } from '../json.ts'
import { countTokens } from './answer.ts'
import { type Dialect, hasBeta, refuse, refuseExtra } from './dialect.ts'
import type { CheckedMessage, Json } from './json.ts'
import { type Abilities, abilitiesOf } from './models.ts'

/** What this one model does not take. A model nobody knows takes everything. */
export function checkModel(
  body: Json,
  text: string,
  messages: CheckedMessage[],
  dialect: Dialect,
): void {
  const abilities = abilitiesOf(String(body.model))
  if (!abilities) return
  checkMaxTokens(body, abilities)
  checkThinking(body, abilities, dialect)
  checkEffort(body, abilities)
  checkSampling(body, abilities, dialect)
  checkMessages(messages, abilities, dialect)
  checkLength(text, abilities, dialect)
}

function checkMaxTokens(body: Json, { maxTokens }: Abilities): void {
  if (Number(body.max_tokens) > maxTokens) {
    refuse(
      `max_tokens: ${body.max_tokens} > ${maxTokens}, which is the maximum allowed number of ` +
        `output tokens for ${body.model}`,
    )
  }
}

function checkThinking(body: Json, abilities: Abilities, { service }: Dialect): void {
  const { thinking } = body
  if (!isRecord(thinking)) return
  const type = String(thinking.type)
  if (!abilities.thinking.some((known) => known === type)) refuse(unsupportedThinking(type))
  if (service === 'bedrock' && 'display' in thinking && !abilities.display) {
    refuseExtra(`thinking.${type}.display`)
  }
  if (type === 'enabled' && Number(thinking.budget_tokens) >= Number(body.max_tokens)) {
    refuse('`max_tokens` must be greater than `thinking.budget_tokens`.')
  }
  const effort = effortOf(body)
  const limit = abilities.effortWithoutThinking
  if (type === 'disabled' && effort && limit && !limit.includes(effort)) {
    refuse(`"thinking.type.disabled" is not supported with effort level '${effort}'.`)
  }
}

function unsupportedThinking(type: string): string {
  if (type === 'adaptive') return 'adaptive thinking is not supported on this model'
  if (type === 'enabled') {
    return (
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and ' +
      '"output_config.effort" to control thinking behavior.'
    )
  }
  return `"thinking.type.${type}" is not supported for this model.`
}

function checkEffort(body: Json, { efforts }: Abilities): void {
  const effort = effortOf(body)
  if (effort === null || efforts.includes(effort)) return
  if (efforts.length === 0) refuse('This model does not support the effort parameter.')
  refuse(
    `This model does not support effort level '${effort}'. ` +
      `Supported levels: ${[...efforts].sort().join(', ')}.`,
  )
}

function effortOf(body: Json): string | null {
  const config = body.output_config
  return isRecord(config) && typeof config.effort === 'string' ? config.effort : null
}

function checkSampling(body: Json, { sampling }: Abilities, { version }: Dialect): void {
  if (version >= '2026-10-21') {
    for (const name of ['temperature', 'top_p', 'top_k']) if (name in body) refuseExtra(name)
  }
  if (sampling) return
  if ('temperature' in body && body.temperature !== 1) {
    refuse('`temperature` may only be set to 1 for this model.')
  }
  if ('top_p' in body && Number(body.top_p) < 0.99) {
    refuse('`top_p` must be greater than or equal to 0.99 or unset for this model.')
  }
  if ('top_k' in body) refuse('`top_k` must be unset for this model.')
}

function checkMessages(messages: CheckedMessage[], abilities: Abilities, dialect: Dialect): void {
  const takesSystem =
    abilities.systemMessages || (dialect.service === 'bedrock' && abilities.systemOnBedrock)
  const system = messages.findIndex((message) => message.role === 'system')
  if (system >= 0 && !takesSystem) {
    refuse(`messages.${system}.role: role 'system' is not supported on this model`)
  }
  const last = messages.at(-1)
  if (last?.role !== 'assistant') return
  if (!abilities.prefill) {
    refuse(
      'This model does not support assistant message prefill. ' +
        'The conversation must end with a user message.',
    )
  }
  if (/\s$/.test(String(last.blocks.at(-1)?.text ?? ''))) {
    refuse('messages: final assistant content cannot end with trailing whitespace')
  }
}

function checkLength(text: string, { contextWindow }: Abilities, dialect: Dialect): void {
  const limit = hasBeta(dialect, 'context-1m') ? 1_000_000 : contextWindow
  const tokens = countTokens(text)
  if (tokens > limit) refuse(`prompt is too long: ${tokens} tokens > ${limit} maximum`)
}
