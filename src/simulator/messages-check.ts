import { isRecord } from '../json.ts'
import { checkBreakpoints } from './cache-check.ts'
import { type Dialect, demand, hasBeta, refuse, refuseExtra } from './dialect.ts'
import type { CheckedMessage, Json } from './json.ts'
import {
  BLOCKS,
  BLOCKS_OF,
  Envelope,
  Message,
  OutputConfig,
  SOURCES,
  THINKING,
} from './messages-schema.ts'
import { checkModel } from './model-check.ts'
import { faultIn, tagFault } from './shape.ts'
import { checkThoughts } from './thoughts.ts'
import { checkTools } from './tools-check.ts'
import { checkTurns } from './turns-check.ts'

/**
 * Everything the Messages API says no to, in its own words. `body` is what both services agree on:
 * Bedrock's has had its model put back in; `text` is what was sent. Throws a Refusal.
 */
export function checkMessages(body: Json, text: string, dialect: Dialect): void {
  demand(faultIn(Envelope, body, ''))
  const messages = checkBlocks(body, dialect)
  checkSystem(body.system)
  checkOutputConfig(body.output_config, 'output_config', dialect)
  checkThinkingShape(body.thinking, dialect)
  checkTools(body, dialect)
  checkTurns(messages, dialect)
  checkThoughts(String(body.model), messages)
  checkBreakpoints(body, messages, dialect)
  checkModel(body, text, messages, dialect)
}

function checkBlocks(body: Json, dialect: Dialect): CheckedMessage[] {
  const messages = Array.isArray(body.messages) ? body.messages : []
  if (messages.length === 0) refuse('messages: at least one message is required')
  if (messages.length > 100_000) refuse('messages: too many messages; the maximum is 100000')
  return messages.map((message, index) => checkMessage(message, `messages.${index}`, dialect))
}

const MESSAGE_MEMBERS = ['role', 'content', 'output_config', 'clear_at']

function checkMessage(message: unknown, path: string, dialect: Dialect): CheckedMessage {
  demand(faultIn(Message, message, path))
  if (!isRecord(message)) return refuse(`${path}: Input should be a valid dictionary`)
  for (const name of Object.keys(message)) {
    if (!MESSAGE_MEMBERS.includes(name)) refuseExtra(`${path}.${name}`)
  }
  const role = String(message.role)
  checkMessageSettings(message, path, dialect)
  if (!Array.isArray(message.content)) {
    return { role, blocks: [{ type: 'text', text: message.content }], isText: true }
  }
  const tags = BLOCKS_OF[role] ?? []
  const blocks = message.content.map((block, index) =>
    checkBlock(block, tags, role, `${path}.content.${index}`, dialect),
  )
  return { role, blocks, isText: false }
}

function checkMessageSettings(message: Json, path: string, dialect: Dialect): void {
  const families = ['mid-conversation-output-config', 'per-turn-control']
  if ('output_config' in message) {
    const isAllowed = dialect.service === 'anthropic' && hasBeta(dialect, ...families)
    if (!isAllowed || message.role !== 'system') refuseExtra(`${path}.output_config`)
    checkOutputConfig(message.output_config, `${path}.output_config`, dialect)
  }
  if ('clear_at' in message && !hasBeta(dialect, 'mid-conversation-system-clear-at')) {
    refuseExtra(`${path}.clear_at`)
  }
}

function checkBlock(
  block: unknown,
  tags: readonly string[],
  place: string,
  path: string,
  dialect: Dialect,
): Json {
  demand(misplaced(block, place, path) ?? tagFault(block, tags, path))
  if (!isRecord(block)) return refuse(`${path}: Input should be a valid dictionary`)
  const type = String(block.type)
  const schema = BLOCKS[type]
  if (schema) demand(faultIn(schema, block, `${path}.${type}`))
  if (type === 'image' || type === 'document') {
    checkSource(block.source, type, `${path}.${type}.source`, dialect)
  }
  if (type === 'document' && place === 'assistant' && dialect.version >= '2026-10-21') {
    refuse(`${path}: \`document\` blocks are not permitted in \`assistant\` messages`)
  }
  if (type === 'tool_addition' || type === 'tool_removal') {
    if (!hasBeta(dialect, 'mid-conversation-tool-changes', 'inline-tools')) {
      demand(tagFault(block, ['text'], path))
    }
  }
  if (type === 'tool_result' && Array.isArray(block.content)) {
    for (const [index, part] of block.content.entries()) {
      const partPath = `${path}.tool_result.content.${index}`
      checkBlock(part, BLOCKS_OF.tool_result ?? [], 'tool_result', partPath, dialect)
    }
  }
  return block
}

/** Two mistakes have words of their own: a call by the user, a result by the assistant. */
function misplaced(block: unknown, place: string, path: string): string | null {
  if (!isRecord(block)) return null
  if (place === 'user' && block.type === 'tool_use') {
    return `${path}: \`tool_use\` blocks can only be in \`assistant\` messages`
  }
  if (place === 'assistant' && block.type === 'tool_result') {
    return `${path}: \`tool_result\` blocks can only be in \`user\` messages`
  }
  return null
}

const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']

function checkSource(source: unknown, type: string, path: string, dialect: Dialect): void {
  const inline = type === 'image' ? ['base64'] : ['base64', 'content', 'text']
  const tags = dialect.service === 'bedrock' ? inline : [...inline, 'file', 'url']
  demand(tagFault(source, tags, path))
  if (!isRecord(source)) return
  const tag = String(source.type)
  const schema = SOURCES[tag]
  if (schema) demand(faultIn(schema, source, `${path}.${tag}`))
  if (tag !== 'base64') return
  const mediaTypes = type === 'image' ? IMAGE_TYPES : ['application/pdf']
  if (!mediaTypes.includes(String(source.media_type))) {
    const expected = mediaTypes.map((mediaType) => `'${mediaType}'`).join(', ')
    refuse(`${path}.base64.media_type: Input should be ${expected}`)
  }
}

function checkSystem(system: unknown): void {
  if (system === undefined || typeof system === 'string') return
  if (!Array.isArray(system)) refuse('system: Input should be a valid list')
  for (const [index, block] of system.entries()) {
    demand(tagFault(block, ['text'], `system.${index}`))
    if (BLOCKS.text) demand(faultIn(BLOCKS.text, block, `system.${index}`))
    if (isRecord(block) && block.text === '') {
      refuse('system: text content blocks must be non-empty')
    }
  }
}

function checkOutputConfig(config: unknown, path: string, dialect: Dialect): void {
  if (config === undefined) return
  demand(faultIn(OutputConfig, config, path))
  if (!isRecord(config)) return
  if (dialect.service === 'bedrock' && 'format' in config) refuseExtra(`${path}.format`)
  if ('task_budget' in config && !hasBeta(dialect, 'task-budgets')) {
    refuseExtra(`${path}.task_budget`)
  }
}

function checkThinkingShape(thinking: unknown, dialect: Dialect): void {
  if (thinking === undefined) return
  demand(tagFault(thinking, Object.keys(THINKING), 'thinking'))
  if (!isRecord(thinking)) return
  const tag = String(thinking.type)
  const schema = THINKING[tag]
  if (schema) demand(faultIn(schema, thinking, `thinking.${tag}`))
  if ('block_binding' in thinking && !hasBeta(dialect, 'thinking-binding-controls')) {
    refuseExtra(`thinking.${tag}.block_binding`)
  }
}
