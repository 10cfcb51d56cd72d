import { isRecord, tryParse } from '../json.ts'
import { badAnswer } from './failure.ts'
import { readShortBody } from './upstream.ts'

/** The count of tokens in an answer. Throws a ProxyError where there is none. */
export async function readCount(
  provider: string,
  response: Response,
  member: 'input_tokens' | 'inputTokens',
): Promise<number> {
  const body = tryParse(await readShortBody(response))
  const count = isRecord(body) ? body[member] : undefined
  if (typeof count === 'number') return count
  throw badAnswer(provider, `the token count has no ${member}`)
}
