import { describe, expect, test } from 'bun:test'
import { soundPart } from '../../src/messages/whole-events.ts'

const ping = 'event: ping\ndata: {"type": "ping"}  \n\n'
const stop = 'event: message_stop\ndata: {"type":"message_stop"}\n\n'
const nameless = 'data: {"type":"ping"}\n\n'
const error = 'event: error\ndata: {"type":"error","error":{"type":"api_error"}}\n\n'
const broken = 'event: content_block_delta\ndata: {"type":"content_block_de\n\n'

const sound = (text: string) => new TextDecoder().decode(soundPart(new TextEncoder().encode(text)))

describe('of some events a client gets', () => {
  test('all bytes of those before the one that is broken', () => {
    expect(sound(`${ping}: comment\n\n${nameless}${broken}${ping}`)).toBe(
      `${ping}: comment\n\n${nameless}`,
    )
  })

  test.each(['\r\n', '\r'])('the same where lines end with %j', (end) => {
    const written = (text: string) => text.replaceAll('\n', end)
    expect(sound(written(`${ping}${ping}${broken}${ping}`))).toBe(written(`${ping}${ping}`))
  })

  test('no error, since it gets one of ours', () => {
    expect(sound(ping + error)).toBe(ping)
    expect(sound(error)).toBe('')
  })

  test.each(['null', '[DONE]', '"text"', '1'])('no data like %s', (data) => {
    expect(sound(`${ping}data: ${data}\n\n${ping}`)).toBe(ping)
  })

  test('events without data, which clients pass over', () => {
    expect(sound(`event: heartbeat\ndata:\n\n${ping}`)).toBe(`event: heartbeat\ndata:\n\n${ping}`)
  })

  test('nothing behind the end', () => {
    expect(sound(`${ping}${stop}data: [DONE]\n\n`)).toBe(ping + stop)
  })
})
