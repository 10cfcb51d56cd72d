import { Database } from 'bun:sqlite'
import { createQueries } from './queries.ts'
import type { Queries } from './reader.ts'

/** What the worker is asked: a question by its name, and the number its answer shall bear. */
export interface Question {
  number: number
  name: keyof Queries
  question: unknown[]
}

export type Answer = { number: number } & ({ answer: unknown } | { problem: string })

declare const self: Worker

/** The answer to one question, out of one state of the database, which is written to meanwhile. */
type Ask = (name: keyof Queries, question: unknown[]) => unknown

/** The first message is the path of the history, every other one a question. */
self.onmessage = ({ data: path }: MessageEvent<string>) => {
  let ask: Ask | null = null
  self.onmessage = ({ data: { number, name, question } }: MessageEvent<Question>) => {
    try {
      ask ??= open(path)
      self.postMessage({ number, answer: ask(name, question) } satisfies Answer)
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      self.postMessage({ number, problem } satisfies Answer)
    }
  }
}

function open(path: string): Ask {
  const database = new Database(path, { readonly: true })
  database.run('PRAGMA busy_timeout = 1000')
  // Most of what a page asks about lies in these; the system would have to copy each of them.
  database.run('PRAGMA mmap_size = 1073741824')
  const queries = createQueries(database)
  return database.transaction((name, question) => {
    const answer: (...question: never[]) => unknown = queries[name]
    return answer(...(question as never[]))
  })
}
