import { isRecord } from '../json.ts'
import type { Path } from './problem.ts'

export interface Expansion {
  /** Nothing stands where a variable is missing. */
  value: unknown
  missing: { path: Path; variable: string }[]
  /** Where a `${` begins something that is no variable. */
  malformed: Path[]
}

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g

/**
 * Puts the environment in place of `${NAME}` and `${NAME:-default}` in every text of a parsed
 * value. The text of a variable stays text: it cannot add keys or lists.
 */
export function expandVariables(
  value: unknown,
  env: Record<string, string | undefined>,
): Expansion {
  const missing: Expansion['missing'] = []
  const malformed: Path[] = []
  return { value: expand(value, []), missing, malformed }

  function expand(part: unknown, path: Path): unknown {
    if (typeof part === 'string') return expandText(part, path)
    if (Array.isArray(part)) return part.map((item, index) => expand(item, [...path, index]))
    if (!isRecord(part)) return part
    const entries = Object.entries(part).map(([key, item]) => [key, expand(item, [...path, key])])
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined))
  }

  function expandText(text: string, path: Path): string | undefined {
    if (text.replaceAll(VARIABLE, '').includes('${')) malformed.push(path)
    let complete = true
    const expanded = text.replaceAll(VARIABLE, (_, variable: string, otherwise?: string) => {
      const found = env[variable] || otherwise
      if (found === undefined) {
        missing.push({ path, variable })
        complete = false
      }
      return found ?? ''
    })
    return complete ? expanded : undefined
  }
}
