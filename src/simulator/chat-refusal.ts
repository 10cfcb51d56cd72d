import type { Json } from './json.ts'
import { Refusal } from './refusal.ts'

/** Refuses as OpenAI does; `param` is where, `code` what kind of mistake. */
export function reject(message: string, param?: string, code?: string): never {
  throw new Refusal(400, message, { ...(param && { param }), ...(code && { type: code }) })
}

/** Refuses a string that is longer than `limit`. */
export function tooLong(path: string, limit: number): never {
  reject(
    `Invalid '${path}': string too long. Expected a string with maximum length ${limit}, but got ` +
      'a longer string instead.',
    path,
    'string_above_max_length',
  )
}

/** Refuses a member whose type (`typeof`) is another than this; null and nothing pass. */
export function checkTypes(body: Json, types: Readonly<Record<string, string>>): void {
  for (const [name, type] of Object.entries(types)) {
    const value = body[name]
    if (value === undefined || value === null || typeof value === type) continue
    reject(
      `Invalid type for '${name}': expected a ${type}, but got ${typeof value} instead.`,
      name,
      'invalid_type',
    )
  }
}
