import type { Wire } from './recordings.ts'

/** The `data` of each event of a recorded SSE stream, the last one even without its blank line. */
export function sseData(body: Uint8Array): string[] {
  return new TextDecoder()
    .decode(body)
    .split('\n\n')
    .flatMap((event) => /^data: (.*)$/m.exec(event)?.[1]?.trim() ?? [])
    .filter((data) => data !== '[DONE]' && isJson(data))
}

export interface RecordedFrame {
  /** `chunk`, `contentBlockDelta`; empty for an exception. */
  event: string
  payload: string
}

/** The whole frames of an AWS event stream; the checksums are for the lane to look at. */
export function frames(body: Uint8Array): RecordedFrame[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  return frameEnds(body).map((end, i, ends) => {
    const start = i === 0 ? 0 : (ends[i - 1] ?? 0)
    const headersEnd = start + 12 + view.getUint32(start + 4)
    const headers = Buffer.from(body.subarray(start + 12, headersEnd)).toString('latin1')
    // The name is followed by the type of its value and a length of two bytes.
    const event = /:event-type.{3}([A-Za-z]+)/s.exec(headers)?.[1] ?? ''
    return { event, payload: Buffer.from(body.subarray(headersEnd, end - 4)).toString('utf8') }
  })
}

/** Where each event of a stream ends. */
export function eventEnds(body: Uint8Array, wire: Wire): number[] {
  if (wire === 'invoke' || wire === 'converse') return frameEnds(body)
  const text = Buffer.from(body).toString('latin1')
  return [...text.matchAll(/\n\n/g)].map(({ index }) => index + 2)
}

function frameEnds(body: Uint8Array): number[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const ends: number[] = []
  let at = 0
  while (at + 4 <= body.length && at + view.getUint32(at) <= body.length) {
    at += view.getUint32(at)
    ends.push(at)
  }
  return ends
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
