import { join } from 'node:path'

/**
 * Recorded traffic of the real services, from the folder RECORDED_FIXTURES names. Where it is not
 * set, tests that need it are skipped: the recordings are not ours to ship.
 */
export const RECORDED = process.env.RECORDED_FIXTURES

export interface Recording {
  request: { headers: Record<string, string>; body: Record<string, unknown>; url: string }
  response: { status: number; headers: Record<string, string>; body: unknown }
}

/** One recording by its path in that folder, without `.json`. */
export function recorded(name: string): Promise<Recording> {
  return Bun.file(join(RECORDED ?? '', `${name}.json`)).json()
}

/** The file beside a recording, byte for byte. */
export function recordedBytes(name: string): Promise<Uint8Array> {
  return Bun.file(join(RECORDED ?? '', name)).bytes()
}
