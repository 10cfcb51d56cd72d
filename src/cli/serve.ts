import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import { type RunningProxy, startProxy } from '../proxy.ts'
import type { Command } from './command.ts'
import { clientVariables } from './env.ts'
import { untilStopped } from './signals.ts'

/** How long streams may run on after SIGTERM. */
const GRACE_MS = 30_000

export const serveCommand: Command = {
  summary: 'start the proxy',
  async run(context) {
    const config = await loadConfig(context.source)
    const proxy = startProxy({ config, write: context.stderr, jsonLog: context.json })
    context.stderr(banner(config, proxy))
    await untilStopped({ stop: () => proxy.stop(GRACE_MS), cut: proxy.cut }, context.stderr)
    return 0
  },
}

/** What a person needs to see first: where it is, what it runs on, what is missing. */
function banner(config: Config, proxy: RunningProxy): string {
  const providers = [...config.providers.values()].map(({ name, unusable }) =>
    unusable === null ? `✓ ${name}` : `✗ ${name}: ${unusable}`,
  )
  const exports = Object.entries(clientVariables(config, proxy.url)).map((pair) => pair.join('='))
  const lines = [
    `claude-proxy listens on ${proxy.url} (dashboard on the same address)`,
    `config    ${config.path ?? 'none found; `claude-proxy config path` says where it may be'}`,
    `history   ${config.history.path}`,
    `providers ${providers.length > 0 ? providers.join('\n          ') : 'none configured'}`,
    ...config.notices,
    `Claude Code: export ${exports.join(' ')}`,
  ]
  return `${lines.join('\n')}\n`
}
