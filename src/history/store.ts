import type { Memory } from '../routing/memory.ts'
import type { Signatures } from '../routing/signatures.ts'
import { openDatabase } from './database.ts'
import type { History } from './history.ts'
import { createMemory } from './memory.ts'
import { createQueries } from './queries.ts'
import { asReader, type Reader } from './reader.ts'
import { createSignatures } from './signatures.ts'
import { createHistory } from './sqlite.ts'

/** All that outlives the process. */
export interface Store {
  history: History
  reader: Reader
  memory: Memory
  signatures: Signatures
  close(): void
}

/**
 * Opens the SQLite file, or makes it; `:memory:` lives as long as the process. `warn` hears of what
 * could not be kept or read. Throws a UserError when the file is in use or cannot be used.
 */
export function openStore(
  path: string,
  warn: (error: unknown) => void,
  now: () => number = Date.now,
): Store {
  const { database, release } = openDatabase(path)
  return {
    history: createHistory(database),
    reader: asReader(createQueries(database)),
    memory: createMemory(database, warn),
    signatures: createSignatures(database, { now, warn }),
    close() {
      database.close()
      release()
    },
  }
}
