/** A map that holds so many entries and lets go of what was not used for longest. */
export interface Recent<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): boolean
  entries(): IterableIterator<[string, V]>
}

/**
 * Models, and so targets, may be named by clients: whatever is remembered by their names needs a
 * bound. `isNeeded` entries stay; `onDrop` hears of those that do not.
 */
export function createRecent<V>(
  most: number,
  { isNeeded = () => false, onDrop = () => {} }: RecentOptions<V> = {},
): Recent<V> {
  const map = new Map<string, V>()

  function makeRoom() {
    for (const [key, value] of map) {
      if (map.size <= most) return
      if (isNeeded(value)) continue
      map.delete(key)
      onDrop(key)
    }
  }

  return {
    get(key) {
      const value = map.get(key)
      if (value === undefined) return undefined
      map.delete(key)
      map.set(key, value)
      return value
    },
    set(key, value) {
      map.delete(key)
      map.set(key, value)
      if (map.size > most) makeRoom()
    },
    delete: (key) => map.delete(key),
    entries: () => map.entries(),
  }
}

export interface RecentOptions<V> {
  isNeeded?(value: V): boolean
  onDrop?(key: string): void
}

/** Nobody configures more targets than this. */
export const MOST_TARGETS = 500
