import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../../src/config/config.ts'
import { type ConfigSource, loadConfig } from '../../src/config/load.ts'
import { ConfigError } from '../../src/config/problem.ts'

/** A folder that is gone when the `await using` block ends. */
export async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'claude-proxy-config-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

/** Ada's machine: a home, an executable, and nothing in the environment but what a test puts there. */
export function sourceIn(folder: string, given: Partial<ConfigSource> = {}): ConfigSource {
  return { env: {}, homeDir: join(folder, 'ada'), executableDir: join(folder, 'opt'), ...given }
}

/** The configuration that a YAML text makes. */
export async function load(yaml: string, given: Partial<ConfigSource> = {}): Promise<Config> {
  await using folder = await temporaryFolder()
  const configPath = join(folder.path, 'config.yaml')
  await Bun.write(configPath, yaml)
  return await loadConfig(sourceIn(folder.path, { configPath, ...given }))
}

/** The message of the ConfigError that a YAML text makes, as if the file were in this folder. */
export async function messageOf(
  yaml: string,
  given: Partial<ConfigSource> = {},
): Promise<string | null> {
  try {
    await load(yaml, given)
    return null
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.message.replaceAll(/\S*\/config\.yaml/g, 'config.yaml')
  }
}
