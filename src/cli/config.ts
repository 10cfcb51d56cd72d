import { findConfigPath, placesForConfig } from '../config/find.ts'
import { configSchema } from '../config/json-schema.ts'
import { loadConfig } from '../config/load.ts'
import { maskedConfig } from '../config/mask.ts'
import { ConfigError } from '../config/problem.ts'
import type { Command, CommandContext } from './command.ts'

export const configCommand: Command = {
  summary: 'validate | show | path | schema',
  takesWords: true,
  async run(context) {
    const [what = 'show', ...more] = context.words
    const action = ACTIONS[what]
    if (action && more.length === 0) return action(context)
    const words = context.words.join(' ')
    context.stderr(`claude-proxy: config ${words}: expected ${Object.keys(ACTIONS).join(', ')}\n`)
    return 2
  },
}

const ACTIONS: Record<string, (context: CommandContext) => Promise<number>> = {
  validate,
  show,
  path,
  schema,
}

async function validate({ source, json, stdout, stderr }: CommandContext): Promise<number> {
  try {
    const { path, notices: general, providers } = await loadConfig(source)
    const unusable = [...providers.values()].map((provider) => provider.unusable)
    const notices = [...general, ...unusable.filter((reason) => reason !== null)]
    if (json) stdout(`${JSON.stringify({ valid: true, path, problems: [], notices })}\n`)
    else stderr(`${[`${path ?? 'no file'}: valid`, ...notices].join('\n')}\n`)
    return 0
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    if (json) stdout(`${JSON.stringify({ valid: false, problems: error.problems })}\n`)
    else stderr(`${error.message}\n`)
    return 1
  }
}

async function show({ source, stdout }: CommandContext): Promise<number> {
  stdout(`${JSON.stringify(maskedConfig(await loadConfig(source)), null, 2)}\n`)
  return 0
}

async function path({ source, stdout, stderr }: CommandContext): Promise<number> {
  const found = findConfigPath(source)
  if (found !== null) {
    stdout(`${found}\n`)
    return 0
  }
  stderr(`No config file. It is looked for at\n${placesForConfig(source).join('\n')}\n`)
  return 1
}

async function schema({ stdout }: CommandContext): Promise<number> {
  stdout(`${JSON.stringify(configSchema(), null, 2)}\n`)
  return 0
}
