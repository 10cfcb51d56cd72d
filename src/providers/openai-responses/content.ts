import type { ResponseInputFile, ResponseInputImage } from 'openai/resources/responses/responses'
import { isRecord } from '../../json.ts'
import { type Dialect, toParts } from '../openai-chat/content.ts'
import type { Part } from '../openai-chat/wire.ts'

/** What a message, or the output of a function, may be made of. */
export type InputPart =
  | { type: 'input_text'; text: string }
  | ResponseInputImage
  | Omit<ResponseInputFile, 'detail'>

/** The parts that say what these blocks say; what cannot be shown is described. */
export function toInputParts(content: unknown, dialect: Dialect): InputPart[] {
  if (!Array.isArray(content)) return toParts(content, dialect).map(inputPart)
  return content.flatMap(
    (block: unknown): InputPart[] =>
      fileByUrl(block, dialect) ?? toParts([block], dialect).map(inputPart),
  )
}

/** One string wherever that says the same. */
export function compact(parts: InputPart[], separator = '\n\n'): string | InputPart[] {
  const texts = parts.map((part) => (part.type === 'input_text' ? part.text : null))
  return texts.includes(null) ? parts : texts.join(separator)
}

/** This API fetches documents itself. */
function fileByUrl(block: unknown, dialect: Dialect): InputPart[] | null {
  const { quirks, baseModel } = dialect
  if (!isRecord(block) || block.type !== 'document' || !isRecord(block.source)) return null
  const { type, url } = block.source
  if (!quirks.files(baseModel) || type !== 'url' || typeof url !== 'string') return null
  return [...toParts(block.context, dialect).map(inputPart), { type: 'input_file', file_url: url }]
}

function inputPart(part: Part): InputPart {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text }
    case 'image_url':
      return { type: 'input_image', image_url: part.image_url.url, detail: 'auto' }
    case 'file': {
      const { filename, file_data } = part.file
      return { type: 'input_file', ...(filename && { filename }), ...(file_data && { file_data }) }
    }
    case 'input_audio':
      return { type: 'input_text', text: '[A sound was here that cannot be passed on.]' }
  }
}
