import type { ContentBlock, ToolResultContentBlock } from '@aws-sdk/client-bedrock-runtime'
import { isRecord, tryParse } from '../../../json.ts'
import type { Block, Message } from '../../../messages/request.ts'
import { resultsOf, type ToolCall } from '../../translation/conversation.ts'
import { NO_OUTPUT, NO_RESULT } from '../../translation/words.ts'
import { CACHE_POINT, type Dialect, type Part, toParts } from './content.ts'
import { toDocument } from './tools.ts'

/**
 * One result for every call, in the order of the calls ("Expected toolResult blocks for the
 * following Ids" otherwise); results that answer no call are left out. Pictures and files stand
 * behind the results where a result can hold none.
 */
export function toResults(
  calls: readonly ToolCall[],
  replies: readonly Message[],
  dialect: Dialect,
): ContentBlock[] {
  const given = resultsOf(
    calls.map(({ use }) => use),
    replies,
  )
  const attached: Part[] = []
  const results = calls.flatMap(({ use, id }, index): ContentBlock[] => {
    const result = given[index]
    const parts = partsOf(result, dialect)
    const outside = dialect.family.richResults ? [] : parts.filter(({ text }) => !text)
    if (outside.length > 0) attached.push({ text: `Returned by ${use.name} (${id}):` }, ...outside)
    const marks = result?.cache_control && dialect.family.cachePoints ? [CACHE_POINT] : []
    const content = resultContent(parts, result?.is_error === true, dialect)
    return [{ toolResult: { toolUseId: id, ...content } }, ...marks]
  })
  return [...results, ...attached]
}

function partsOf(result: Block | undefined, dialect: Dialect): Part[] {
  if (!result) return [{ text: NO_RESULT }]
  const parts = toParts(result.content, dialect).filter((part) => !part.cachePoint)
  return parts.length > 0 ? parts : [{ text: NO_OUTPUT }]
}

function resultContent(
  parts: readonly Part[],
  isError: boolean,
  { family }: Dialect,
): { content: ToolResultContentBlock[]; status?: 'error' } {
  if (family.richResults) {
    const content = parts.flatMap(inside)
    return { content, ...(isError && { status: 'error' }) }
  }
  const said = parts.map(({ text }) => text ?? '(see below)').join('\n')
  const text = isError ? `Error: ${said}` : said
  return { content: [family.resultForm === 'json' ? { json: asJson(text) } : { text }] }
}

function inside({ text, image, document }: Part): ToolResultContentBlock[] {
  if (text !== undefined) return [{ text }]
  if (image) return [{ image }]
  return document ? [{ document }] : []
}

/** `json` has to be an object. */
function asJson(text: string) {
  const parsed = tryParse(text)
  return toDocument(isRecord(parsed) ? parsed : { result: text })
}
