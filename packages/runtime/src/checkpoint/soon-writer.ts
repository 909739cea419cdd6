import type { Clock, Storage } from '@lacuna/sdk'
import { type ChangeSet, changeSet } from './change-set.ts'

/** Milliseconds for which others are waited for, so that they are written together. */
const GATHER = 10
/** Milliseconds until what was not written is tried again. */
const AGAIN = 1000

/** Writes small things soon, many together. */
export interface SoonWriter {
  /** Writes a value, or deletes it, within some 50 ms. */
  write(space: string, key: string, value: Uint8Array | undefined): void
  /** Writes what there is; resolves when it is written, or could not be. */
  flush(): Promise<void>
}

/**
 * Makes a {@link SoonWriter}. What cannot be written is kept and tried again.
 *
 * @param failed told when a commit was refused
 */
export function soonWriter(storage: Storage, clock: Clock, failed: (error: unknown) => void): SoonWriter {
  let changes: ChangeSet = changeSet()
  let cancel: (() => void) | undefined
  let running: Promise<boolean> | undefined

  /** Whether it was written. */
  async function commit(): Promise<boolean> {
    cancel?.()
    cancel = undefined
    const taken = changes
    if (taken.size === 0) return true
    changes = changeSet()
    try {
      await storage.commit(taken)
      return true
    } catch (error) {
      changes.restore(taken)
      failed(error)
      return false
    }
  }

  function run(): Promise<boolean> {
    running ??= commit().then((written) => {
      running = undefined
      if (changes.size > 0) schedule(written ? GATHER : AGAIN)
      return written
    })
    return running
  }

  function schedule(delay: number): void {
    if (running === undefined) cancel ??= clock.after(delay, () => void run())
  }

  return {
    write(space, key, value) {
      if (value === undefined) changes.remove(space, key)
      else changes.put(space, key, value)
      schedule(GATHER)
    },
    async flush() {
      await running
      await run()
      cancel?.()
      cancel = undefined
    },
  }
}
