import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { ProxyError } from '../../../src/errors.ts'
import { createDocuments } from '../../../src/providers/translation/documents.ts'
import { readPdf, TooSlow } from '../../../src/providers/translation/pdf.ts'
import { requestOf } from '../openai-chat/support.ts'
import { lockedPdf, pdfBlock, pdfOf } from './pdf-file.ts'

describe('the text of a PDF', () => {
  test('is told page by page', async () => {
    expect(await readPdf(pdfOf('Hello world', 'Second page'))).toBe(
      '[Page 1]\nHello world\n\n[Page 2]\nSecond page',
    )
  })

  test.each([
    ['a scan', pdfOf('', ''), 'it holds no text, only pictures of its pages.'],
    ['a locked one', lockedPdf(), 'it is locked with a password.'],
    ['no PDF', new TextEncoder().encode('Dear John'), 'the file is broken.'],
    ['nothing', new Uint8Array(), 'the file is broken.'],
    ['half a PDF', pdfOf('Hello').slice(0, 60), 'the file is broken.'],
    ['too much', new Uint8Array(33 * 1024 * 1024), 'it is larger than 32 MB.'],
  ])('is not to be had of %s', async (_, bytes, reason) => {
    await expect(readPdf(bytes)).rejects.toThrow(reason)
  })
})

test('a PDF that is still being read does not keep the process from ending', async () => {
  const folder = join(import.meta.dir, '../../..')
  const script = `
    import { readPdf, TooSlow } from '${folder}/src/providers/translation/pdf.ts'
    import { pdfOf } from '${import.meta.dir}/pdf-file.ts'
    readPdf(pdfOf('Hello')).then(console.log)`
  const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe' })
  expect(await new Response(child.stdout).text()).toBe('')
  expect(await child.exited).toBe(0)
})

describe('the documents of a request', () => {
  test('are replaced by their text, in results of tools, too', async () => {
    const plain = { type: 'text', text: 'See?' }
    const inResult = { type: 'tool_result', tool_use_id: 'a', content: [pdfBlock(pdfOf('Two'))] }
    const request = requestOf({
      messages: [
        { role: 'user', content: [pdfBlock(pdfOf('One')), plain] },
        { role: 'assistant', content: 'Yes.' },
        { role: 'user', content: [inResult] },
      ],
    })
    const { body } = await createDocuments().asText(request)
    expect(body.messages).toEqual([
      {
        role: 'user',
        content: [
          {
            type: 'document',
            title: 'report.pdf',
            source: { type: 'text', media_type: 'text/plain', data: '[Page 1]\nOne' },
          },
          plain,
        ],
      },
      { role: 'assistant', content: 'Yes.' },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'a',
            content: [
              {
                type: 'document',
                title: 'report.pdf',
                source: { type: 'text', media_type: 'text/plain', data: '[Page 1]\nTwo' },
              },
            ],
          },
        ],
      },
    ])
  })

  test('without a PDF leave the request as it is', async () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'Words' }
    const request = requestOf({
      messages: [{ role: 'user', content: [{ type: 'document', source }] }],
    })
    expect(await createDocuments().asText(request)).toBe(request)
  })

  test('are read once, whether that succeeds or not', async () => {
    let readings = 0
    const documents = createDocuments(async (bytes) => {
      readings++
      if (bytes.length < 100) throw new Error('the file is broken.')
      return 'Text'
    })
    const good = requestOf({ messages: [{ role: 'user', content: [pdfBlock(pdfOf('One'))] }] })
    const bad = requestOf({
      messages: [{ role: 'user', content: [pdfBlock(new Uint8Array([1]), 'bad.pdf')] }],
    })
    for (let turn = 0; turn < 2; turn++) {
      await documents.asText(good)
      const failure = await documents.asText(bad).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(ProxyError)
      expect(failure).toMatchObject({
        code: 'invalid_request_error',
        message:
          'The document "bad.pdf" cannot be shown to this model, which takes no files: the file ' +
          'is broken.',
        details: { outcome: 'unfit' },
      })
    }
    expect(readings).toBe(2)
  })

  test('are read again where only the time ran out', async () => {
    let readings = 0
    const documents = createDocuments(async () => {
      if (++readings === 1) throw new TooSlow('its text was not found within 20 s.')
      return 'Text'
    })
    const request = requestOf({ messages: [{ role: 'user', content: [pdfBlock(pdfOf('One'))] }] })
    await expect(documents.asText(request)).rejects.toThrow('within 20 s')
    expect(JSON.stringify((await documents.asText(request)).body)).toContain('Text')
  })
})
