import type { ContentBlock, DocumentFormat, ImageFormat } from '@aws-sdk/client-bedrock-runtime'
import { isRecord } from '../../../json.ts'
import { LOST_IMAGE, UNSEEN_IMAGE, unshownDocument } from '../../translation/words.ts'
import type { Family } from './families.ts'

/** Whom a request is written for. */
export interface Dialect {
  provider: string
  model: string
  family: Family
  /** Gives a document a name that is legal and used once in this conversation. */
  documentName(title: string): string
}

/** What a user message or a tool's result can hold. */
export type Part =
  | ContentBlock.TextMember
  | ContentBlock.ImageMember
  | ContentBlock.DocumentMember
  | ContentBlock.CachePointMember

export const CACHE_POINT: ContentBlock.CachePointMember = { cachePoint: { type: 'default' } }

/** The parts that say what these blocks say; what cannot be shown is described. */
export function toParts(content: unknown, dialect: Dialect): Part[] {
  if (typeof content === 'string') return textPart(content)
  if (!Array.isArray(content)) return []
  return content.filter(isRecord).flatMap((block) => {
    const parts = blockParts(block, dialect)
    return isMarked(block, parts, dialect) ? [...parts, CACHE_POINT] : parts
  })
}

/** "The text field in the ContentBlock object is blank" is a 400, for white space too. */
export function textPart(text: unknown): ContentBlock.TextMember[] {
  return typeof text === 'string' && text.trim() !== '' ? [{ text }] : []
}

/** Behind a document "there is nothing available to cache" (anomalyco/opencode#29728). */
function isMarked({ cache_control }: Record<string, unknown>, parts: Part[], { family }: Dialect) {
  const last = parts.at(-1)
  if (!family.cachePoints || !isRecord(cache_control) || !last) return false
  return !last.document && !last.cachePoint
}

function blockParts(block: Record<string, unknown>, dialect: Dialect): Part[] {
  switch (block.type) {
    case 'text':
      return textPart(block.text)
    case 'image':
      return imagePart(block.source, dialect)
    case 'document':
      return documentParts(block, dialect)
    case 'search_result':
      return [...textPart(`${block.title} (${block.source})`), ...toParts(block.content, dialect)]
    case 'tool_reference':
      return textPart(`Tool loaded: ${block.tool_name}`)
    default:
      return []
  }
}

const IMAGES = new Map<string, ImageFormat>([
  ['image/png', 'png'],
  ['image/jpeg', 'jpeg'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
])

function imagePart(source: unknown, { family }: Dialect): Part[] {
  if (!family.images) return textPart(UNSEEN_IMAGE)
  const { type, media_type, data } = isRecord(source) ? source : {}
  const format = IMAGES.get(String(media_type))
  if (type !== 'base64' || !format || !data) {
    return textPart(LOST_IMAGE)
  }
  return [{ image: { format, source: { bytes: bytesOf(data) } } }]
}

const FILES = new Map<string, DocumentFormat>([
  ['application/pdf', 'pdf'],
  ['text/plain', 'txt'],
  ['text/csv', 'csv'],
  ['text/html', 'html'],
  ['text/markdown', 'md'],
  ['application/msword', 'doc'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.ms-excel', 'xls'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
])

/** A document that is text stays text: a message may hold no more than five files. */
function documentParts(block: Record<string, unknown>, dialect: Dialect): Part[] {
  const title = typeof block.title === 'string' ? block.title : 'document'
  const source = isRecord(block.source) ? block.source : {}
  const context = textPart(block.context)
  if (source.type === 'text') return [...context, ...textPart(`${title}:\n${source.data}`)]
  if (source.type === 'content') {
    return [...context, ...textPart(`${title}:`), ...toParts(source.content, dialect)]
  }
  const format = FILES.get(String(source.media_type))
  if (source.type === 'base64' && format && dialect.family.documents && source.data) {
    const name = dialect.documentName(title)
    return [...context, { document: { format, name, source: { bytes: bytesOf(source.data) } } }]
  }
  return textPart(unshownDocument(title, source))
}

/** The SDK takes bytes and writes base64. */
function bytesOf(data: unknown): Uint8Array {
  return Buffer.from(String(data), 'base64')
}
