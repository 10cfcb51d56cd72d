import { isRecord } from '../../json.ts'
import { unshownDocument } from './words.ts'

/** How a wire writes the parts of a message. */
export interface PartMaker<Part> {
  text(text: unknown): Part[]
  image(source: unknown): Part[]
  /** A document as a file; null where this model takes none of its kind. */
  file(source: Record<string, unknown>, title: string): Part | null
  /** What stands inside a block. */
  inside(content: unknown): Part[]
}

/** The parts that say what a block says; none for a block that is no content of a message. */
export function partsOf<Part>(block: Record<string, unknown>, make: PartMaker<Part>): Part[] {
  switch (block.type) {
    case 'text':
      return make.text(block.text)
    case 'image':
      return make.image(block.source)
    case 'document':
      return documentParts(block, make)
    case 'search_result':
      return [...make.text(`${block.title} (${block.source})`), ...make.inside(block.content)]
    case 'tool_reference':
      return make.text(`Tool loaded: ${block.tool_name}`)
    default:
      return []
  }
}

/** A document that is text stays text. */
function documentParts<Part>(block: Record<string, unknown>, make: PartMaker<Part>): Part[] {
  const title = typeof block.title === 'string' && block.title ? block.title : 'document'
  const source = isRecord(block.source) ? block.source : {}
  const context = make.text(block.context)
  if (source.type === 'text') return [...context, ...make.text(`${title}:\n${source.data}`)]
  if (source.type === 'content') {
    return [...context, ...make.text(`${title}:`), ...make.inside(source.content)]
  }
  const file = source.type === 'base64' ? make.file(source, title) : null
  return file ? [...context, file] : make.text(unshownDocument(title, source))
}
