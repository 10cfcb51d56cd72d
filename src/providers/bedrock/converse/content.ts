import type { ContentBlock, DocumentFormat, ImageFormat } from '@aws-sdk/client-bedrock-runtime'
import { isRecord } from '../../../json.ts'
import { type PartMaker, partsOf } from '../../translation/parts.ts'
import { LOST_IMAGE, UNSEEN_IMAGE } from '../../translation/words.ts'
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
    const parts = partsOf(block, makerFor(dialect))
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

function makerFor(dialect: Dialect): PartMaker<Part> {
  return {
    text: textPart,
    image: (source) => imagePart(source, dialect),
    file: (source, title) => filePart(source, title, dialect),
    inside: (content) => toParts(content, dialect),
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

/** A message may hold no more than five of them. */
function filePart(source: Record<string, unknown>, title: string, dialect: Dialect): Part | null {
  const format = FILES.get(String(source.media_type))
  if (!format || !dialect.family.documents || !source.data) return null
  const name = dialect.documentName(title)
  return { document: { format, name, source: { bytes: bytesOf(source.data) } } }
}

/** The SDK takes bytes and writes base64. */
function bytesOf(data: unknown): Uint8Array {
  return Buffer.from(String(data), 'base64')
}
