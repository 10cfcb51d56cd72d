import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import type { Command } from './command.ts'

export const envCommand: Command = {
  summary: 'print the exports that point Claude Code here',
  async run({ source, json, stdout }) {
    const config = await loadConfig(source)
    const { host, port } = config.server
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
    const variables = clientVariables(config, url)
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`)
    stdout(json ? `${JSON.stringify(variables)}\n` : `${lines.join('\n')}\n`)
    return 0
  },
}

/** What Claude Code needs in its environment. A key of ours is a secret, so it is only named. */
export function clientVariables({ server, providers }: Config, url: string) {
  const isOwnLogin = [...providers.values()].some(({ auth }) => auth === 'passthrough')
  // Claude Code wants some credential; another one would take the place of the client's own.
  if (isOwnLogin && server.apiKeys.length === 0) return { ANTHROPIC_BASE_URL: url }
  const token = server.apiKeys.length > 0 ? '<one of server.api_keys>' : 'any'
  return { ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: token }
}
