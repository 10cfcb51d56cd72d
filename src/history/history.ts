import type { AttemptRow, RequestRow } from './schema.ts'

/** The history as it is written; reader.ts is how it is read. */
export interface History {
  /** `headers`: what the client said of itself, of the headers we keep. */
  record(request: RequestRow, attempts: AttemptRow[], headers?: Record<string, string>): void
  /** Deletes up to `limit` requests created before this time (Unix ms); gives how many. */
  deleteBefore(time: number, limit: number): number
  /** When the oldest request arrived, Unix ms; null while there is none. */
  oldest(): number | null
  /** What the whole store takes, less what is free to be used again. */
  usedBytes(): number
  isWritable(): boolean
  /** Why what is recorded, though it is taken, is gone after a restart; null where it is not. */
  trouble(): string | null
}
