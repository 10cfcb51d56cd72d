/** What is remembered about targets beyond the life of the process. Nothing here ever throws. */
export interface Memory {
  /** Everything kept, by its key. */
  load(): ReadonlyMap<string, unknown>
  /** Keeps something that can be written as JSON. */
  keep(key: string, value: unknown): void
  drop(key: string): void
}
