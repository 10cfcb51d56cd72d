/** Something in the configuration that must be put right before it can be used. */
export interface Problem {
  /** Null, like line and column, for a flag or an environment variable. */
  file: string | null
  line: number | null
  column: number | null
  /** The key, as `routing.models[0].model`, or the name of the flag or variable. */
  path: string
  message: string
  remedy: string
}

/** Every problem at once; the message has a line for each, in the order of the file. */
export class ConfigError extends Error {
  override name = 'ConfigError' as const
  readonly problems: Problem[]

  constructor(problems: Problem[]) {
    const sorted = problems.toSorted(byPlace)
    super(sorted.map(formatProblem).join('\n'))
    this.problems = sorted
  }
}

export type Path = readonly (string | number)[]

/**
 * Takes note of a problem at a key. `at` says what the column points to: the value, or the key
 * itself where that is the mistake.
 */
export type Report = (path: Path, message: string, remedy: string, at?: 'key' | 'value') => void

/** `['routing', 'models', 0, 'model']` → `routing.models[0].model`. */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`
      if (!/^[\w-]+$/.test(part)) return `[${JSON.stringify(part)}]`
      return index === 0 ? part : `.${part}`
    })
    .join('')
}

function byPlace(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
}

function formatProblem({ file, line, column, path, message, remedy }: Problem): string {
  const place = [file, line, column].filter((part) => part !== null).join(':')
  const subject = [place, path].filter((part) => part !== '').join(' ')
  return `${subject}: ${message}; ${remedy}`
}
