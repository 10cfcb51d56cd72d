import { ProxyError } from '../errors.ts'
import { QUESTIONS, type Reader } from './reader.ts'
import type { Answer, Question } from './reader-worker.ts'

/** A question that takes this long would take for ever. */
const LONGEST_MS = 20_000

/**
 * Reads the history file in a worker, with a handle that cannot write: whatever is asked, the
 * streams go on. The worker starts with the first question.
 */
export function openRemoteReader(path: string): { reader: Reader; close(): void } {
  let worker: ReturnType<typeof startWorker> | null = null

  function give(name: Question['name'], question: unknown[]): Promise<unknown> {
    if (!worker?.isAlive) worker = startWorker(path)
    return worker.ask(name, question)
  }

  const asked = QUESTIONS.map((name) => [name, (...question: unknown[]) => give(name, question)])
  return {
    reader: Object.fromEntries(asked),
    close: () => worker?.end('it is closed'),
  }
}

interface Asker {
  resolve(answer: unknown): void
  reject(error: ProxyError): void
  timer: ReturnType<typeof setTimeout>
}

function startWorker(path: string) {
  const worker = newWorker()
  const askers = new Map<number, Asker>()
  let count = 0
  let isAlive = true
  worker.unref()
  worker.postMessage(path)
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    const asker = take(data.number)
    if ('problem' in data) asker?.reject(unreadable(path, data.problem))
    else asker?.resolve(data.answer)
  }
  worker.onerror = ({ message }) => end(message)

  function take(number: number): Asker | undefined {
    const asker = askers.get(number)
    askers.delete(number)
    clearTimeout(asker?.timer)
    return asker
  }

  /** What is still asked has no answer; the next question gets a new worker. */
  function end(reason: string) {
    isAlive = false
    worker.terminate()
    for (const number of askers.keys()) take(number)?.reject(unreadable(path, reason))
  }

  return {
    get isAlive() {
      return isAlive
    },
    end,
    ask(name: Question['name'], question: unknown[]): Promise<unknown> {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      const number = count++
      const giveUp = () => end(`${name} took longer than ${LONGEST_MS / 1000} s`)
      const timer = setTimeout(giveUp, LONGEST_MS)
      timer.unref()
      askers.set(number, { resolve, reject, timer })
      worker.postMessage({ number, name, question } satisfies Question)
      return promise
    },
  }
}

/** Inside the executable the paths of entry points begin below src. */
function newWorker(): Worker {
  if (Bun.isStandaloneExecutable) return new Worker('./history/reader-worker.ts')
  return new Worker(new URL('./reader-worker.ts', import.meta.url))
}

const NEW_FILE = '; stop claude-proxy and move the file away, and a new one is begun'

function unreadable(path: string, reason: string): ProxyError {
  const remedy = /malformed|not a database/.test(reason) ? NEW_FILE : ''
  return new ProxyError('api_error', `The history ${path} cannot be read: ${reason}${remedy}`)
}
