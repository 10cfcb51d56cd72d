import { parseArgs } from 'node:util'
import { ConfigError } from '../config/problem.ts'
import type { ConfigSource } from '../config/source.ts'
import { UserError } from '../errors.ts'
import { VERSION } from '../version.ts'
import type { Command, CommandContext } from './command.ts'
import { configCommand } from './config.ts'
import { demoCommand } from './demo.ts'
import { drillCommand } from './drill.ts'
import { envCommand } from './env.ts'
import { serveCommand } from './serve.ts'

export interface CliInput {
  args: string[]
  env: Record<string, string | undefined>
  homeDir: string
  executableDir: string
  stdout(text: string): void
  stderr(text: string): void
}

const COMMANDS: Record<string, Command> = {
  serve: serveCommand,
  demo: demoCommand,
  drill: drillCommand,
  config: configCommand,
  env: envCommand,
  version: { summary: 'the version', run: printVersion },
}

const OPTIONS = {
  config: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  db: { type: 'string' },
  json: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

const FAILED = 1
const WRONG_USE = 2

/** Runs the command the words name, `serve` without one. Gives the exit code. */
export async function runCli(input: CliInput): Promise<number> {
  const parsed = parse(input.args)
  if (typeof parsed === 'string') return wrongUse(input, parsed)
  const { values, positionals } = parsed
  const [name = values.version ? 'version' : 'serve', ...words] = positionals
  if (values.help || name === 'help') {
    input.stdout(usage())
    return 0
  }
  const command = COMMANDS[name]
  if (!command) return wrongUse(input, `there is no command "${name}"`)
  if (words.length > 0 && !command.takesWords) {
    return wrongUse(input, `${name} takes no words, but there is "${words.join(' ')}"`)
  }
  const port = values.port === undefined ? undefined : Number(values.port)
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    return wrongUse(input, `--port ${values.port} is not a port (0 to 65535)`)
  }
  try {
    const source = sourceOf(input, { ...values, port })
    return await command.run({ ...input, source, words, json: values.json ?? false })
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof UserError)) throw error
    input.stderr(`claude-proxy: ${error.message}\n`)
    return FAILED
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

interface Flags {
  config?: string | undefined
  host?: string | undefined
  port?: number | undefined
  db?: string | undefined
}

function sourceOf({ env, homeDir, executableDir }: CliInput, flags: Flags): ConfigSource {
  return {
    env,
    homeDir,
    executableDir,
    ...(flags.config !== undefined && { configPath: flags.config }),
    ...(flags.host !== undefined && { host: flags.host }),
    ...(flags.port !== undefined && { port: flags.port }),
    ...(flags.db !== undefined && { db: flags.db }),
  }
}

function wrongUse(input: CliInput, message: string): number {
  input.stderr(`claude-proxy: ${message}\n\n${usage()}`)
  return WRONG_USE
}

function usage(): string {
  const commands = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${name.padEnd(10)}${summary}`,
  )
  return `claude-proxy ${VERSION}: between Claude Code and every model provider

  claude-proxy demo                         see it work, with no key
  claude-proxy --config config.yaml         start it
  export ANTHROPIC_BASE_URL=http://127.0.0.1:3001   then start claude

Commands (serve, where none is named)
${commands.join('\n')}

Options
  --config FILE   the configuration
  --host HOST     the address to listen on (127.0.0.1)
  --port PORT     the port to listen on (3001; 0 takes a free one)
  --db FILE       the history
  --json          machine-readable output
  --no-color      no colours
  -h, --help      this text
  -v, --version   the version
`
}

async function printVersion({ json, stdout }: CommandContext): Promise<number> {
  stdout(
    json
      ? `${JSON.stringify({ version: VERSION, bun: Bun.version, revision: Bun.revision })}\n`
      : `claude-proxy ${VERSION}\n`,
  )
  return 0
}
