import { isRecord, tryParse } from '../../json.ts'
import { badAnswer, failureFromResponse } from '../failure.ts'
import { createFrameCutter, type Frame } from './event-stream.ts'

/**
 * Bedrock's frames as Anthropic's server-sent events. The JSON inside a frame is Anthropic's own
 * event and goes on as it is; an exception frame becomes a thrown ProxyError.
 */
export async function* bedrockEvents(
  provider: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const cutter = createFrameCutter()
  for await (const chunk of body) {
    const frames = cut(provider, () => cutter.feed(chunk))
    // What came before an exception in the same chunk must still go out.
    let text = ''
    for (const frame of frames) {
      const event = failureIn(provider, frame) ?? eventText(provider, frame)
      if (typeof event !== 'string') {
        if (text) yield encoder.encode(text)
        throw event
      }
      text += event
    }
    if (text) yield encoder.encode(text)
  }
  if (!cutter.isEmpty()) throw badAnswer(provider, 'the stream was cut inside a frame')
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

function cut(provider: string, feed: () => Frame[]): Frame[] {
  try {
    return feed()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw badAnswer(provider, `a frame of the stream is damaged: ${reason}`, error)
  }
}

/** `{"bytes":"<base64 of one event>","p":"<padding>"}`; keep-alives have no type. */
function eventText(provider: string, { payload }: Frame): string | Error {
  const chunk = tryParse(decoder.decode(payload))
  if (!isRecord(chunk) || typeof chunk.bytes !== 'string') return ''
  const json = Buffer.from(chunk.bytes, 'base64').toString('utf8')
  const type = typeOf(json)
  if (type === '') return tryParse(json) ? '' : badAnswer(provider, 'an event is not JSON')
  return `event: ${type}\ndata: ${type === 'message_stop' ? MESSAGE_STOP : json}\n\n`
}

/** Bedrock's carries `amazon-bedrock-invocationMetrics`, whose counts can disagree with `usage`. */
const MESSAGE_STOP = '{"type":"message_stop"}'

function typeOf(json: string): string {
  const leading = /^\{"type":"([a-z_]+)"/.exec(json)?.[1]
  if (leading) return leading
  const event = tryParse(json)
  return isRecord(event) && typeof event.type === 'string' ? event.type : ''
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

function failureIn(provider: string, { headers, payload }: Frame): Error | null {
  const kind = headers.get(':message-type')
  if (kind !== 'exception' && kind !== 'error') return null
  const name = headers.get(':exception-type') ?? headers.get(':error-code') ?? 'unknown'
  // In a stream its first letter is small.
  const type = name.charAt(0).toUpperCase() + name.slice(1)
  const body = tryParse(decoder.decode(payload))
  const inBody = isRecord(body) ? (body.message ?? body.Message) : undefined
  const said = inBody ?? headers.get(':error-message')
  return failureFromResponse({
    provider,
    status: STATUS[type] ?? 500,
    headers: new Headers(),
    message: typeof said === 'string' ? said : name,
    type,
  })
}
