import type { Extension, Storage, StorageChange } from '@lacuna/sdk'

/** A storage in memory that a test can hold up, break, and crash. */
export interface FakeStorage extends Storage {
  /** What has survived: values by key by space. */
  readonly durable: Map<string, Map<string, Uint8Array>>
  /** Every commit that was written, as `space key` or `-space key` for a deletion. */
  readonly commits: string[][]
  /** Commits that were asked for, written or not. */
  readonly asked: number
  /** Makes commits wait; they are written when released. */
  hold(): void
  release(): void
  /** What the next commits reject with. */
  readonly errors: unknown[]
  /** Rejects all commits with this until it is `undefined` again. */
  broken: unknown
  /** Called in place of a commit's writing: `write` makes it durable, `answer` says so, or `refuse` the contrary. */
  onCommit: ((write: () => void, answer: () => void, refuse: (error: unknown) => void) => void) | undefined
  /** The text of a value. */
  text(space: string, key: string): string | undefined
  keys(space: string): string[]
  /** The process dies: no commit is written or answered any more. Gives what the next process finds. */
  crash(): FakeStorage
  /** An extension that offers it. */
  readonly extension: () => Extension
}

export function fakeStorage(interval = 1000, from = new Map<string, Map<string, Uint8Array>>()): FakeStorage {
  const durable = from
  const commits: string[][] = []
  const errors: unknown[] = []
  let asked = 0
  let dead = false
  let gate: PromiseWithResolvers<void> | undefined
  const copy = (value: Uint8Array) => Uint8Array.from(value)

  function write(changes: readonly StorageChange[]): void {
    if (dead) return
    for (const [space, key, value] of changes) {
      const keys = durable.get(space) ?? new Map<string, Uint8Array>()
      durable.set(space, keys)
      if (value === undefined) keys.delete(key)
      else keys.set(key, copy(value))
    }
    commits.push(changes.map(([space, key, value]) => `${value === undefined ? '-' : ''}${space} ${key}`))
  }

  const storage: FakeStorage = {
    interval,
    durable,
    commits,
    get asked() {
      return asked
    },
    errors,
    broken: undefined,
    onCommit: undefined,
    *entries(space) {
      const keys = durable.get(space) ?? new Map<string, Uint8Array>()
      for (const key of [...keys.keys()].sort()) {
        const value = keys.get(key)
        if (value !== undefined) yield [key, copy(value)] as const
      }
    },
    async commit(changes) {
      asked++
      const list = [...changes].map(
        ([space, key, value]) => [space, key, value === undefined ? undefined : copy(value)] as const,
      )
      if (gate !== undefined) await gate.promise
      if (dead) return new Promise(() => {})
      const error = storage.broken ?? errors.shift()
      if (error !== undefined) throw error
      const { onCommit } = storage
      if (onCommit === undefined) return write(list)
      return new Promise((resolve, reject) =>
        onCommit(
          () => write(list),
          () => !dead && resolve(),
          reject,
        ),
      )
    },
    hold() {
      gate ??= Promise.withResolvers()
    },
    release() {
      gate?.resolve()
      gate = undefined
    },
    text: (space, key) => {
      const value = durable.get(space)?.get(key)
      return value && Buffer.from(value).toString()
    },
    keys: (space) => [...(durable.get(space)?.keys() ?? [])].sort(),
    crash() {
      dead = true
      return fakeStorage(
        interval,
        new Map(
          [...durable].map(([space, keys]) => [space, new Map([...keys].map(([k, v]) => [k, copy(v)]))]),
        ),
      )
    },
    extension: () => ({ storage }),
  }
  return storage
}
