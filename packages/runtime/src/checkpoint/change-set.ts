import type { StorageChange } from '@lacuna/sdk'

/** What is to be written with the next commit: of every key the last word. */
export interface ChangeSet extends Iterable<StorageChange> {
  readonly size: number
  put(space: string, key: string, value: Uint8Array): void
  remove(space: string, key: string): void
  /** As `remove`, for a key that is written once: where it has not been committed there is nothing to remove. */
  removeOnce(space: string, key: string): void
  /** Takes in what was not committed. What is here is newer. */
  restore(earlier: ChangeSet): void
}

/** Makes an empty {@link ChangeSet}. */
export function changeSet(): ChangeSet {
  const spaces = new Map<string, Map<string, Uint8Array | undefined>>()

  function set(space: string, key: string, value: Uint8Array | undefined): void {
    const keys = spaces.get(space)
    if (keys === undefined) spaces.set(space, new Map([[key, value]]))
    else keys.set(key, value)
  }

  return {
    get size() {
      let size = 0
      for (const keys of spaces.values()) size += keys.size
      return size
    },
    put: set,
    remove: (space, key) => set(space, key, undefined),
    removeOnce(space, key) {
      const keys = spaces.get(space)
      if (keys?.get(key) === undefined) set(space, key, undefined)
      else keys.delete(key)
    },
    restore(earlier) {
      for (const [space, key, value] of earlier) if (!spaces.get(space)?.has(key)) set(space, key, value)
    },
    *[Symbol.iterator]() {
      for (const [space, keys] of spaces) for (const [key, value] of keys) yield [space, key, value] as const
    },
  }
}
