import type { ConfigSource } from '../config/source.ts'

/** What a command gets to work with. It gives the exit code: 0, 1 (failed), 2 (wrong use). */
export interface CommandContext {
  source: ConfigSource
  /** What stands behind the command's name. */
  words: string[]
  json: boolean
  /** Data. */
  stdout(text: string): void
  /** Talk. */
  stderr(text: string): void
}

export interface Command {
  summary: string
  /** Whether words may stand behind its name. */
  takesWords?: true
  run(context: CommandContext): Promise<number>
}
