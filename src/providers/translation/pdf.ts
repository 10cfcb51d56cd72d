import type { PdfAnswer } from './pdf-worker.ts'

const MOST_BYTES = 32 * 1024 * 1024
const LONGEST_MS = 20_000

/**
 * The text of a PDF, page by page, always the same for the same bytes. Throws an Error with the
 * reason where there is none: a scan, a password, a file that is broken, too large or takes too long.
 *
 * Each document is read by a worker of its own: it may take seconds, or be made to take for ever, and
 * the streams of others must not stand still for it.
 */
export async function readPdf(bytes: Uint8Array): Promise<string> {
  if (bytes.length > MOST_BYTES) throw new Error('it is larger than 32 MB.')
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const worker = startWorker()
  const giveUp = () => reject(new TooSlow(`its text was not found within ${LONGEST_MS / 1000} s.`))
  const timer = setTimeout(giveUp, LONGEST_MS)
  // A proxy that was told to stop does not wait for a file.
  worker.unref()
  timer.unref()
  worker.onmessage = ({ data }: MessageEvent<PdfAnswer>) => {
    if ('text' in data) resolve(data.text)
    else reject(new Error(data.problem))
  }
  worker.onerror = () => reject(new Error('it could not be read.'))
  worker.postMessage(bytes)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    worker.terminate()
  }
}

/** Inside the executable the paths of entry points begin below src. */
function startWorker(): Worker {
  if (Bun.isStandaloneExecutable) return new Worker('./providers/translation/pdf-worker.ts')
  return new Worker(new URL('./pdf-worker.ts', import.meta.url))
}

/** No fault of the document: the machine may have been busy. */
export class TooSlow extends Error {}
