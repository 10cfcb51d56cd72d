import { Database } from 'bun:sqlite'
import { chmodSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { UserError } from '../errors.ts'
import { migrate } from './migrations.ts'

export interface OpenDatabase {
  database: Database
  /** Lets another instance have the file. */
  release(): void
  /** Where a file that was broken stands now, which a new one has taken the place of. */
  brokenAt: string | null
}

/**
 * Opens (or makes) the history file, for its owner's eyes only. Throws a UserError that says why
 * when another instance has it open, or when it cannot be used.
 */
export function openDatabase(path: string): OpenDatabase {
  if (path === ':memory:') {
    return { database: prepare(new Database(path)), release: () => {}, brokenAt: null }
  }
  try {
    return openFile(path)
  } catch (error) {
    if (error instanceof UserError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new UserError(`the history ${path} cannot be used: ${reason}`, error)
  }
}

function openFile(path: string): OpenDatabase {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const lock = takeLock(path)
  const release = () => lock.close()
  try {
    return { database: openPrepared(path), release, brokenAt: null }
  } catch (error) {
    if (!isBroken(error)) throw error
    // Requests matter more than their history, and nothing of it is thrown away.
    const brokenAt = setAside(path)
    return { database: openPrepared(path), release, brokenAt }
  }
}

function openPrepared(path: string): Database {
  const database = new Database(path, { create: true })
  chmodSync(path, 0o600)
  try {
    return prepare(database)
  } catch (error) {
    database.close()
    throw error
  }
}

function isBroken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB'
}

/** With what SQLite keeps beside it: a log of writes must not be taken for that of another file. */
function setAside(path: string): string {
  const brokenAt = `${path}.broken-${new Date().toISOString().replaceAll(':', '-')}`
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, brokenAt + suffix)
  }
  return brokenAt
}

function prepare(database: Database): Database {
  giveBackSpace(database)
  // WAL with NORMAL: a committed row survives a killed process; readers never block the writer.
  database.run('PRAGMA journal_mode = WAL')
  database.run('PRAGMA synchronous = NORMAL')
  database.run('PRAGMA foreign_keys = ON')
  // The event loop waits with it; nobody else should be writing anyway.
  database.run('PRAGMA busy_timeout = 50')
  migrate(database)
  return database
}

/** Copying a file of this size takes less than a second. */
const SMALL_BYTES = 100 * 1024 * 1024

/** What is deleted shall make the file smaller; SQLite decides that when a file is made or copied. */
function giveBackSpace(database: Database): void {
  const INCREMENTAL = 2
  const known = database.query<{ auto_vacuum: number }, []>('PRAGMA auto_vacuum').get()
  if (known?.auto_vacuum === INCREMENTAL) return
  database.run('PRAGMA auto_vacuum = INCREMENTAL')
  const isFile = database.filename !== ':memory:'
  if (isFile && statSync(database.filename).size < SMALL_BYTES) database.run('VACUUM')
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
