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
  /** Why memory stands in for the file; null where nothing does. */
  unusable: string | null
}

/**
 * Opens (or makes) the history file, for its owner's eyes only; on a disk that takes nothing,
 * memory stands in for it. Throws a UserError that says why when another instance has it open, or
 * when it cannot be used.
 */
export function openDatabase(path: string): OpenDatabase {
  if (path === ':memory:') return openMemory(null)
  try {
    return openFile(path)
  } catch (error) {
    if (error instanceof UserError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    // A proxy that is started again while a log fills the disk has people waiting for it.
    if (isOfTheDisk(error)) return openMemory(reason)
    throw new UserError(`the history ${path} cannot be used: ${reason}`, error)
  }
}

function openMemory(unusable: string | null): OpenDatabase {
  const database = prepare(new Database(':memory:'))
  return { database, release: () => {}, brokenAt: null, unusable }
}

function openFile(path: string): OpenDatabase {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const lock = takeLock(path)
  const opened = { release: () => lock.close(), unusable: null }
  try {
    return { ...opened, ...openOrReplace(path) }
  } catch (error) {
    lock.close()
    throw error
  }
}

function openOrReplace(path: string): Pick<OpenDatabase, 'database' | 'brokenAt'> {
  try {
    return { database: openPrepared(path), brokenAt: null }
  } catch (error) {
    if (!isBroken(error)) throw error
    // Requests matter more than their history, and nothing of it is thrown away.
    const brokenAt = setAside(path)
    return { database: openPrepared(path), brokenAt }
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
  return /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error))
}

/** Full, read-only, failing, or locked by another program: nothing a configuration could mend. */
function isOfTheDisk(error: unknown): boolean {
  return /^(SQLITE_(FULL|READONLY|IOERR|BUSY)|ENOSPC|EDQUOT|EROFS|EIO$)/.test(codeOf(error))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
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
  database.run('PRAGMA busy_timeout = 5000')
  giveBackSpace(database)
  // WAL with NORMAL: a committed row survives a killed process; readers never block the writer.
  database.run('PRAGMA journal_mode = WAL')
  database.run('PRAGMA synchronous = NORMAL')
  database.run('PRAGMA foreign_keys = ON')
  migrate(database)
  // From here on the event loop waits with it; nobody else should be writing anyway.
  database.run('PRAGMA busy_timeout = 50')
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
    if (codeOf(error) !== 'SQLITE_BUSY') throw error
    throw new UserError(`the history ${path} is in use by another claude-proxy`, error)
  }
}
