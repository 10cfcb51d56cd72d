import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { HistoryConfig } from './config.ts'
import { xdgFolder } from './find.ts'
import type { History } from './schema.ts'
import type { ConfigSource } from './source.ts'
import { durationMs, sizeBytes } from './units.ts'

/** The `history` section with its defaults; a relative path is relative to the file it stands in. */
export function resolveHistory(
  section: History,
  file: string | null,
  { env, homeDir }: ConfigSource,
): HistoryConfig {
  const folder = xdgFolder(env.XDG_DATA_HOME, join(homeDir, '.local', 'share'))
  return {
    path: resolvePath(section.path ?? join(folder, 'history.db'), file, homeDir),
    retentionMs: durationMs(section.retention ?? '30d'),
    maxBytes: sizeBytes(section.max_size ?? '1GB'),
    payloads: section.payloads ?? 'none',
    payloadBytes: sizeBytes(section.payload_size ?? '1MB'),
    payloadsBytes: sizeBytes(section.payloads_size ?? '256MB'),
  }
}

function resolvePath(path: string, file: string | null, homeDir: string): string {
  if (path === ':memory:' || isAbsolute(path)) return path
  if (path.startsWith('~/')) return join(homeDir, path.slice(2))
  return file === null ? resolve(path) : resolve(dirname(file), path)
}
