import { isRecord } from '../../json.ts'
import { type PartMaker, partsOf } from '../translation/parts.ts'
import { LOST_IMAGE, UNSEEN_IMAGE } from '../translation/words.ts'
import type { Quirks } from './quirks.ts'
import type { Part } from './wire.ts'

/** Whom a request is written for. */
export interface Dialect {
  provider: string
  /** The id on the wire. */
  model: string
  /** The model whose habits count. */
  baseModel: string
  quirks: Quirks
}

/** The parts of a message that say what these blocks say; what cannot be shown is described. */
export function toParts(content: unknown, dialect: Dialect): Part[] {
  if (typeof content === 'string') return textPart(content)
  if (!Array.isArray(content)) return []
  return content.filter(isRecord).flatMap((block) => {
    const parts = partsOf(block, makerFor(dialect))
    const last = parts.at(-1)
    const mark = block.cache_control
    if (last && isRecord(mark) && dialect.quirks.cacheControl(dialect.baseModel)) {
      last.cache_control = cacheMark(mark)
    }
    return parts
  })
}

/** One string wherever that says the same: text-only models take nothing else. */
export function compact<P extends Part>(parts: P[]): string | P[] {
  const texts = parts.map((part) =>
    part.type === 'text' && !part.cache_control ? part.text : null,
  )
  return texts.includes(null) ? parts : texts.join('\n\n')
}

function makerFor(dialect: Dialect): PartMaker<Part> {
  return {
    text: textPart,
    image: (source) => imagePart(source, dialect),
    file: ({ media_type, data }, title) =>
      dialect.quirks.files(dialect.baseModel)
        ? {
            type: 'file',
            file: { filename: title, file_data: `data:${media_type};base64,${data}` },
          }
        : null,
    inside: (content) => toParts(content, dialect),
  }
}

function textPart(text: unknown): Part[] {
  return typeof text === 'string' && text !== '' ? [{ type: 'text', text }] : []
}

function imagePart(source: unknown, { quirks, baseModel }: Dialect): Part[] {
  if (!quirks.images(baseModel)) {
    return textPart(UNSEEN_IMAGE)
  }
  const url = isRecord(source) ? imageUrl(source) : null
  if (!url) return textPart(LOST_IMAGE)
  if (!quirks.imageUrls && !url.startsWith('data:')) {
    return textPart(`[An image is at ${url}, which this model cannot open.]`)
  }
  return [{ type: 'image_url', image_url: { url } }]
}

function imageUrl(source: Record<string, unknown>): string | null {
  const { type, media_type, data, url } = source
  if (type === 'base64' && media_type && data) return `data:${media_type};base64,${data}`
  return type === 'url' && typeof url === 'string' ? url : null
}

/** Only what is documented: `scope`, which Claude Code adds, is refused elsewhere. */
function cacheMark({ type, ttl }: Record<string, unknown>): Record<string, unknown> {
  return ttl === undefined ? { type } : { type, ttl }
}
