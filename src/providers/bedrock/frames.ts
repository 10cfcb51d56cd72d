import { isRecord, tryParse } from '../../json.ts'
import { namingUnsupported } from '../claude/unsupported.ts'
import { badAnswer, failureFromResponse } from '../failure.ts'
import { createFrameCutter, type Frame } from './event-stream.ts'

/**
 * The frames of a stream, as many at a time as came with a chunk. Throws a ProxyError for an
 * exception frame, behind what came before it, and where the stream is damaged or cut.
 */
export async function* readFrames(
  provider: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Frame[]> {
  const cutter = createFrameCutter()
  for await (const chunk of body) {
    const frames = cut(provider, () => cutter.feed(chunk))
    const failed = frames.findIndex(isFailure)
    const sound = failed < 0 ? frames : frames.slice(0, failed)
    if (sound.length > 0) yield sound
    const failure = frames[failed]
    if (failure) throw failureIn(provider, failure)
  }
  if (!cutter.isEmpty()) throw badAnswer(provider, 'the stream was cut inside a frame')
}

const decoder = new TextDecoder()

function cut(provider: string, feed: () => Frame[]): Frame[] {
  try {
    return feed()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw badAnswer(provider, `a frame of the stream is damaged: ${reason}`, error)
  }
}

function isFailure({ headers }: Frame): boolean {
  const kind = headers.get(':message-type')
  return kind === 'exception' || kind === 'error'
}

/**
 * HTTP statuses of Bedrock's exceptions (API reference of InvokeModelWithResponseStream): in a
 * stream there is none.
 */
const STATUS: Record<string, number> = {
  ThrottlingException: 429,
  ModelNotReadyException: 429,
  ValidationException: 400,
  ServiceQuotaExceededException: 400,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ServiceUnavailableException: 503,
  InternalServerException: 500,
  ModelErrorException: 424,
  ModelStreamErrorException: 424,
  ModelTimeoutException: 408,
}

function failureIn(provider: string, { headers, payload }: Frame): Error {
  const name = headers.get(':exception-type') ?? headers.get(':error-code') ?? 'unknown'
  // In a stream its first letter is small.
  const type = name.charAt(0).toUpperCase() + name.slice(1)
  const body = tryParse(decoder.decode(payload))
  const inBody = isRecord(body) ? (body.message ?? body.Message) : undefined
  const said = inBody ?? headers.get(':error-message')
  const failure = failureFromResponse({
    provider,
    status: STATUS[type] ?? 500,
    headers: new Headers(),
    message: typeof said === 'string' ? said : name,
    type,
  })
  return namingUnsupported(failure)
}
