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

/** The first message is the path of the history, every other one a question. */
self.onmessage = ({ data: path }: MessageEvent<string>) => {
  let queries: Queries | null = null
  self.onmessage = ({ data: { number, name, question } }: MessageEvent<Question>) => {
    try {
      queries ??= open(path)
      const ask: (...question: never[]) => unknown = queries[name]
      self.postMessage({ number, answer: ask(...(question as never[])) } satisfies Answer)
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      self.postMessage({ number, problem } satisfies Answer)
    }
  }
}

function open(path: string): Queries {
  const database = new Database(path, { readonly: true })
  database.run('PRAGMA busy_timeout = 1000')
  // Most of what a page asks about lies in these; the system would have to copy each of them.
  database.run('PRAGMA mmap_size = 1073741824')
  return createQueries(database)
}
