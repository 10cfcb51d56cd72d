import type { Database } from 'bun:sqlite'
import type { Memory } from '../routing/memory.ts'
import type { Signatures } from '../routing/signatures.ts'
import { openDatabase } from './database.ts'
import type { History } from './history.ts'
import { createMemory } from './memory.ts'
import { createPayloads, type Payloads } from './payloads.ts'
import { createQueries } from './queries.ts'
import { asReader, type Reader } from './reader.ts'
import { openRemoteReader } from './remote-reader.ts'
import { createSignatures } from './signatures.ts'
import { createHistory } from './sqlite.ts'

/** All that outlives the process. */
export interface Store {
  history: History
  reader: Reader
  memory: Memory
  signatures: Signatures
  /** Where a file that was broken stands now, which a new one has taken the place of. */
  brokenAt: string | null
  /** Whether memory stands in for the file. */
  isStandIn: boolean
  payloads: Payloads
  /** Lets go of the file, whatever state it is in. */
  close(): void
}

/** Bytes, of a history that should be in a file. */
export const MOST_IN_MEMORY = 100_000_000

/**
 * Opens the SQLite file, or makes it; `:memory:` lives as long as the process, and so does what
 * stands in for a file that a full or failing disk cannot give. `warn` hears of what could not be
 * kept or read; `payloadsBytes` is the room for payloads. Throws a UserError when the file is in use
 * or cannot be used.
 */
export function openStore(
  path: string,
  warn: (error: unknown) => void,
  now: () => number = Date.now,
  payloadsBytes = Number.POSITIVE_INFINITY,
): Store {
  const { database, release, brokenAt, unusable } = openDatabase(path)
  const isFile = path !== ':memory:' && unusable === null
  const { reader, close } = isFile ? openRemoteReader(path) : readHere(database)
  const maxBytes = unusable === null ? payloadsBytes : Math.min(payloadsBytes, MOST_IN_MEMORY / 2)
  const payloads = createPayloads(database, { maxBytes, warn })
  let isClosed = false
  return {
    history: createHistory(database, unusable),
    reader,
    brokenAt,
    isStandIn: unusable !== null,
    memory: createMemory(database, warn),
    signatures: createSignatures(database, { now, warn }),
    payloads,
    close() {
      if (isClosed) return
      isClosed = true
      payloads.close()
      try {
        // Whoever closes last does so, but that may be a worker whose handle cannot write.
        database.run('PRAGMA wal_checkpoint(TRUNCATE)')
      } catch (error) {
        warn(error)
      }
      close()
      database.close()
      release()
    },
  }
}

/** Nobody else can open what is only in this process. */
function readHere(database: Database) {
  return { reader: asReader(createQueries(database)), close: () => {} }
}
