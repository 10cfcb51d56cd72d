import { statSync } from 'node:fs'

/** Tells whether a file that is open still stands where it was opened. */
export function watchPlace(path: string): () => boolean {
  const opened = fileAt(path)
  return () => fileAt(path) === opened
}

/** What makes it this file and no other; null where none can be seen. */
function fileAt(path: string): string | null {
  try {
    const { dev, ino } = statSync(path)
    return `${dev} ${ino}`
  } catch {
    return null
  }
}
