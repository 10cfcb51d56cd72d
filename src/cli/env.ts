import { loadConfig } from '../config/load.ts'
import type { Command } from './command.ts'

export const envCommand: Command = {
  summary: 'print the exports that point Claude Code here',
  async run({ source, json, stdout }) {
    const { server } = await loadConfig(source)
    const host = server.host.includes(':') ? `[${server.host}]` : server.host
    const variables = {
      ANTHROPIC_BASE_URL: `http://${host}:${server.port}`,
      // A key of ours is a secret: the shell's history is no place for it.
      ANTHROPIC_AUTH_TOKEN: server.apiKeys.length > 0 ? '<one of server.api_keys>' : 'any',
    }
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`)
    stdout(json ? `${JSON.stringify(variables)}\n` : `${lines.join('\n')}\n`)
    return 0
  },
}
