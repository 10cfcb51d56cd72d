import { isRecord } from '../json.ts'
import type { ClientRequest, CountTokensBody } from './request.ts'

/** English prose and code come to about four characters a token; images have no text to count. */
const CHARACTERS_PER_TOKEN = 4
const TOKENS_PER_IMAGE = 1500

/** About how many input tokens a request has, by its length: cheap enough to ask for each one. */
export function estimateTokens({ text, body }: ClientRequest<CountTokensBody>): number {
  let characters = text.length
  let tokens = 0
  for (const { content } of body.messages) {
    for (const data of encodedData(content)) {
      characters -= data.length
      tokens += TOKENS_PER_IMAGE
    }
  }
  return tokensIn(characters) + tokens
}

/** About how many tokens a text of this many characters has. */
export function tokensIn(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN)
}

/** The base64 in images and documents, in tool results too. */
function* encodedData(content: unknown): Generator<string> {
  if (!Array.isArray(content)) return
  for (const block of content) {
    if (!isRecord(block)) continue
    if (isRecord(block.source) && typeof block.source.data === 'string') yield block.source.data
    yield* encodedData(block.content)
  }
}
