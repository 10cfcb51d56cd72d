import { isRecord, tryParse } from '../../json.ts'
import { badAnswer } from '../failure.ts'
import type { Frame } from './event-stream.ts'
import { readFrames } from './frames.ts'

/**
 * Bedrock's frames as Anthropic's server-sent events. The JSON inside a frame is Anthropic's own
 * event and goes on as it is; an exception frame becomes a thrown ProxyError.
 */
export async function* bedrockEvents(
  provider: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const frames of readFrames(provider, body)) {
    let text = ''
    for (const frame of frames) {
      const event = eventText(provider, frame)
      if (typeof event !== 'string') {
        // What came before it in the same chunk must still go out.
        if (text) yield encoder.encode(text)
        throw event
      }
      text += event
    }
    if (text) yield encoder.encode(text)
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

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
