import { isRecord } from '../json.ts'

export type Json = Record<string, unknown>

/** The objects in `value` if it is a list of them; whatever else it is, none. */
export function objectsIn(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

/** A message whose content was found sound, as blocks however it was written. */
export type CheckedMessage = { role: string; blocks: Json[]; isText: boolean }
