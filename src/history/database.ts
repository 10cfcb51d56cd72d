import { Database } from 'bun:sqlite'
import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { UserError } from '../errors.ts'
import { migrate } from './migrations.ts'

/**
 * Opens (or makes) the history file, for its owner's eyes only. Throws a UserError that says why
 * when another instance has it open, or when it cannot be used.
 */
export function openDatabase(path: string): { database: Database; release(): void } {
  if (path === ':memory:') return { database: prepare(new Database(path)), release: () => {} }
  try {
    return openFile(path)
  } catch (error) {
    if (error instanceof UserError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new UserError(`the history ${path} cannot be used: ${reason}`, error)
  }
}

function openFile(path: string): { database: Database; release(): void } {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const lock = takeLock(path)
  const database = new Database(path, { create: true })
  chmodSync(path, 0o600)
  return { database: prepare(database), release: () => lock.close() }
}

function prepare(database: Database): Database {
  // WAL with NORMAL: a committed row survives a killed process; readers never block the writer.
  database.run('PRAGMA journal_mode = WAL')
  database.run('PRAGMA synchronous = NORMAL')
  database.run('PRAGMA foreign_keys = ON')
  // The event loop waits with it; nobody else should be writing anyway.
  database.run('PRAGMA busy_timeout = 50')
  migrate(database)
  return database
}

/** An exclusive SQLite lock beside the file: the system lets go of it even after `kill -9`. */
function takeLock(path: string): Database {
  const lock = new Database(`${path}.lock`, { create: true })
  chmodSync(`${path}.lock`, 0o600)
  try {
    lock.run('PRAGMA locking_mode = EXCLUSIVE')
    lock.run('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    const isTaken = error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY'
    if (!isTaken) throw error
    throw new UserError(`the history ${path} is in use by another claude-proxy`, error)
  }
}
