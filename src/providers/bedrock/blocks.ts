import { isRecord } from '../../json.ts'
import type { ClaudeModel } from '../claude/models.ts'
import { hasToolSearch } from './tool-features.ts'

/**
 * Content blocks, system blocks or tools as Bedrock takes them; the very same list where it takes
 * them all. Where a block has to go, the model is told in its place, always in the same words.
 */
export function bedrockBlocks<Block>(blocks: Block[], model: ClaudeModel): Block[] {
  const taken = blocks.map((block) => bedrockBlock(block, model) as Block)
  return taken.some((block, i) => block !== blocks[i]) ? taken : blocks
}

function bedrockBlock(block: unknown, model: ClaudeModel): unknown {
  if (!isRecord(block)) return block
  const note = noteFor(block, model)
  const content = Array.isArray(block.content) ? bedrockBlocks(block.content, model) : block.content
  const control = cacheControl(block.cache_control, model)
  if (note === null && content === block.content && control === block.cache_control) return block
  return {
    ...(note === null ? block : { type: 'text', text: note }),
    ...(note === null && content !== undefined && { content }),
    ...(control !== undefined && { cache_control: control }),
  }
}

/** What stands for a block that Bedrock does not take; null where it takes it. */
function noteFor(block: Record<string, unknown>, model: ClaudeModel): string | null {
  const { type, source, file_id, tool_name } = block
  if (type === 'container_upload') return `[The file ${file_id} cannot be shown here.]`
  if (type === 'tool_reference' && !hasToolSearch(model)) {
    return `[The tool ${tool_name} is available.]`
  }
  // "URL image sources are not supported" (Claude docs, Claude on Amazon Bedrock); nor is the Files API.
  if ((type !== 'image' && type !== 'document') || !isRecord(source)) return null
  if (source.type === 'url') return `[The ${type} at ${source.url} cannot be shown here.]`
  if (source.type === 'file') return `[The ${type} ${source.file_id} cannot be shown here.]`
  return null
}

/**
 * `cache_control.scope` is a 400 on every Bedrock model, `ttl` on those before 4.5
 * (BerriAI/litellm#22867).
 */
function cacheControl(control: unknown, { version }: ClaudeModel): unknown {
  if (!isRecord(control)) return control
  const kept = Object.entries(control).filter(
    ([key]) => key === 'type' || (key === 'ttl' && version >= 4.5),
  )
  return kept.length === Object.keys(control).length ? control : Object.fromEntries(kept)
}

/** Whether a tool search found something here. */
export function hasToolReference({ type, content }: { type: string; content?: unknown }): boolean {
  if (type !== 'tool_result' || !Array.isArray(content)) return false
  return content.some((part) => isRecord(part) && part.type === 'tool_reference')
}
