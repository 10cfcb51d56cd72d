/**
 * What the routing knows of its targets and a restart must not cost: values by a key of its own, as
 * JSON. No verb throws: what cannot be kept is lost with the process, and requests go on.
 */
export interface Memory {
  /** Everything that is kept; what cannot be read counts as absent. */
  load(): ReadonlyMap<string, unknown>
  /** In place of what was kept under this key. */
  keep(key: string, value: unknown): void
  drop(key: string): void
}
