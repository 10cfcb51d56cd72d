import { describe, expect, test } from 'bun:test'
import { withoutFiles } from '../../src/payloads/files.ts'

const DATA = Buffer.from('a picture, let us say').toString('base64')
const image = (media_type = 'image/png') => ({
  type: 'image',
  source: { type: 'base64', media_type, data: DATA },
})
const NOTE = '[image/png, 21 bytes, not kept]'

describe('files that came as base64', () => {
  test('give way to a note in messages, tool results and documents, and the JSON stays JSON', () => {
    const body = {
      messages: [
        { role: 'user', content: [image(), { type: 'text', text: 'What is this?' }] },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [image()] }],
        },
        {
          role: 'user',
          content: [
            {
              type: 'document',
              title: 'a.pdf',
              source: { type: 'base64', media_type: 'application/pdf', data: DATA },
            },
            { type: 'document', source: { type: 'content', content: [image()] } },
          ],
        },
      ],
    }
    const text = withoutFiles(JSON.stringify(body))
    expect(text).not.toContain(DATA)
    const expected = JSON.stringify(body)
      .replaceAll(`"image/png","data":"${DATA}"`, `"image/png","data":"${NOTE}"`)
      .replace(DATA, '[application/pdf, 21 bytes, not kept]')
    expect(JSON.parse(text)).toEqual(JSON.parse(expected))
  })

  test('are found in a stream too', () => {
    const start = { type: 'content_block_start', index: 0, content_block: { content: image() } }
    const other = 'event: ping\ndata: {"type": "ping"}\n\n'
    const stream = `${other}event: content_block_start\ndata: ${JSON.stringify(start)}\n\n${other}`
    expect(withoutFiles(stream)).toBe(stream.replace(DATA, NOTE))
  })
})

test('what has no files stays as it is, to the byte', () => {
  const odd =
    '{ "n": 1.0, "text": "\\u0041 \\"base64\\"", "source": {"type":"url","url":"base64"} }'
  const halfAFile = '{"source":{"type":"base64","data":"abc'
  const noFile = '{ "source": { "type": "base64" } }'
  for (const text of [odd, halfAFile, noFile, '', 'data: {"type":"base64"']) {
    expect(withoutFiles(text)).toBe(text)
  }
})
