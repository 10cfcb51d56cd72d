import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { ConfigError } from './problem.ts'
import type { ConfigSource } from './source.ts'

/**
 * The configuration file to read, or null when there is none. Throws a ConfigError when the one
 * that was asked for does not exist.
 *
 * The current folder is never looked at: a repository someone cloned must not choose where a key
 * is sent.
 */
export function findConfigPath(source: ConfigSource): string | null {
  if (source.configPath) return existing(source.configPath, '--config')
  const named = source.env.CLAUDE_PROXY_CONFIG
  if (named) return existing(named, 'CLAUDE_PROXY_CONFIG')
  return placesForConfig(source).find((path) => existsSync(path)) ?? null
}

function existing(path: string, asker: string): string {
  if (existsSync(path)) return path
  const message = `there is no file ${JSON.stringify(path)}`
  const remedy = `correct the path, or leave out ${asker}`
  throw new ConfigError([{ file: null, line: null, column: null, path: asker, message, remedy }])
}

/** Where a file is looked for when nobody names one, the first place first. */
export function placesForConfig({ env, homeDir, executableDir }: ConfigSource): string[] {
  const folder = xdgFolder(env.XDG_CONFIG_HOME, join(homeDir, '.config'))
  return [join(folder, 'config.yaml'), join(executableDir, 'config.yaml')]
}

/** Our folder in an XDG base directory; a relative one is to be ignored (XDG 0.8). */
export function xdgFolder(directory: string | undefined, otherwise: string): string {
  return join(directory && isAbsolute(directory) ? directory : otherwise, 'claude-proxy')
}
