import { describe, expect, test } from 'bun:test'
import { ProxyError } from '../../../src/errors.ts'
import { bedrockEvents } from '../../../src/providers/bedrock/events.ts'
import { encodeFrame } from '../../../src/simulator/event-stream.ts'
import { eventsIn, textIn } from '../../support/client.ts'
import { RECORDED, recordedBytes } from '../../support/recorded.ts'

/** The stream in pieces of this many bytes, as a network might deliver it. */
async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(bytes: Uint8Array, size = bytes.length) {
  let text = ''
  let failure: ProxyError | null = null
  try {
    for await (const chunk of bedrockEvents('bedrock', pieces(bytes, size))) {
      text += new TextDecoder().decode(chunk)
    }
  } catch (error) {
    if (!(error instanceof ProxyError)) throw error
    failure = error
  }
  return { events: eventsIn(text), failure }
}

describe.skipIf(!RECORDED)('a recorded stream', () => {
  test.each(['invoke-stream-text', 'invoke-stream-parallel-tools', 'invoke-stream-cache-write'])(
    '%s is the same wherever the network cuts it',
    async (name) => {
      const bytes = await recordedBytes(`bedrock/${name}.eventstream.bin`)
      const whole = await read(bytes)
      expect(whole.failure).toBeNull()
      expect(whole.events[0]?.event).toBe('message_start')
      // Bedrock's own metrics are cut off: their counts can disagree with `usage`.
      expect(whole.events.at(-1)).toEqual({ event: 'message_stop', data: { type: 'message_stop' } })
      for (const size of [1, 7, 61, 997]) expect(await read(bytes, size)).toEqual(whole)
    },
  )

  test.each([
    ['bedrock-invoke-throttling-first-frame', 'rate_limited'],
    ['bedrock-invoke-service-unavailable-first-frame', 'overloaded'],
    ['bedrock-invoke-validation-first-frame', 'too_long'],
    ['bedrock-invoke-model-stream-error-mid-text', 'bad_answer'],
    ['bedrock-unmodeled-error-frame', 'server_error'],
    ['bedrock-truncated-frame', 'bad_answer'],
    ['bedrock-bad-crc', 'bad_answer'],
  ])('%s fails as %s', async (name, outcome) => {
    const bytes = await recordedBytes(`synthetic/${name}.eventstream.bin`)
    for (const size of [bytes.length, 13]) {
      expect((await read(bytes, size)).failure?.details.outcome).toBe(outcome as never)
    }
  })

  test('hands on what came before it failed', async () => {
    const name = 'synthetic/bedrock-invoke-model-stream-error-mid-text.eventstream.bin'
    expect(textIn((await read(await recordedBytes(name))).events)).not.toBe('')
  })

  test('loses its keep-alives', async () => {
    const bytes = await recordedBytes('synthetic/bedrock-keepalive-no-type.eventstream.bin')
    const { events, failure } = await read(bytes)
    expect(failure).toBeNull()
    expect(events.every(({ data }) => typeof data.type === 'string')).toBe(true)
  })
})

test('an event that is no JSON breaks the stream off, behind what came before it', async () => {
  const event = (json: string) =>
    encodeFrame(
      { ':message-type': 'event', ':event-type': 'chunk' },
      JSON.stringify({ bytes: Buffer.from(json).toString('base64') }),
    )
  const bytes = Buffer.concat([event('{"type":"ping"}'), event('{"type'), event('{"type":"ping"}')])
  const { events, failure } = await read(bytes)
  expect(events).toHaveLength(1)
  expect(failure?.details.outcome).toBe('bad_answer')
})

describe('an exception', () => {
  test.each<[headers: Record<string, string>, message: string, outcome: string]>([
    // The members of the stream's union (API reference of InvokeModelWithResponseStream).
    [{ ':exception-type': 'throttlingException' }, 'Too many tokens', 'rate_limited'],
    [{ ':exception-type': 'serviceUnavailableException' }, '', 'overloaded'],
    [{ ':exception-type': 'internalServerException' }, '', 'server_error'],
    [{ ':exception-type': 'modelTimeoutException' }, '', 'bad_answer'],
    [{ ':exception-type': 'modelStreamErrorException' }, '', 'bad_answer'],
    [{ ':exception-type': 'validationException' }, 'Input is too long', 'too_long'],
    [{ ':exception-type': 'validationException' }, 'messages: Field required', 'rejected'],
    // What the union does not name (Amazon Event Stream Specification, unmodelled errors).
    [{ ':error-code': 'ThrottlingException' }, '', 'rate_limited'],
    [{ ':error-code': 'ServiceUnavailableException' }, '', 'overloaded'],
    [{ ':error-code': 'ModelNotReadyException' }, '', 'overloaded'],
    [{ ':error-code': 'ExpiredTokenException' }, '', 'credential'],
    [{ ':error-code': 'AccessDeniedException' }, 'no access to the model', 'unavailable'],
    [{ ':error-code': 'ResourceNotFoundException' }, '', 'unavailable'],
    [{ ':error-code': 'ServiceQuotaExceededException' }, '', 'rate_limited'],
    [{ ':error-code': 'InternalFailure' }, '', 'server_error'],
    [{ ':error-code': 'somethingNew' }, '', 'server_error'],
  ])('%j, "%s", is %s', async (headers, message, outcome) => {
    const kind = ':error-code' in headers ? 'error' : 'exception'
    const frame = encodeFrame({ ':message-type': kind, ...headers }, JSON.stringify({ message }))
    const { failure } = await read(frame)
    expect(failure?.details.outcome).toBe(outcome as never)
  })
})
