import { getDocumentProxy, getResolvedPDFJS } from 'unpdf'

/** What the worker says to the bytes of a PDF. */
export type PdfAnswer = { text: string } | { problem: string }

const MOST_PAGES = 600
const MOST_CHARACTERS = 2_000_000

declare const self: Worker

self.onmessage = async ({ data }: MessageEvent<Uint8Array>) => {
  const answer: PdfAnswer = await textOf(data).catch((error: unknown) => ({
    problem: problemOf(error),
  }))
  self.postMessage(answer)
}

async function textOf(bytes: Uint8Array): Promise<PdfAnswer> {
  const { VerbosityLevel } = await getResolvedPDFJS()
  const pdf = await getDocumentProxy(bytes, { verbosity: VerbosityLevel.ERRORS })
  const pages: string[] = []
  let length = 0
  for (let number = 1; number <= Math.min(pdf.numPages, MOST_PAGES); number++) {
    const page = await pdf.getPage(number)
    const { items } = await page.getTextContent()
    const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
    pages.push(text.join('').trim())
    length += pages.at(-1)?.length ?? 0
    if (length > MOST_CHARACTERS) break
  }
  if (length === 0) return { problem: 'it holds no text, only pictures of its pages.' }
  const left = pdf.numPages - pages.length
  const end = left > 0 ? [`[The other ${left} pages are left out.]`] : []
  const titled = pages.map((text, index) => `[Page ${index + 1}]\n${text}`)
  return { text: [...titled, ...end].join('\n\n') }
}

function problemOf(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  return name === 'PasswordException' ? 'it is locked with a password.' : 'the file is broken.'
}
