import { setImmediate } from 'node:timers/promises'
import type { StorageChange } from '@lacuna/sdk'
import { createPacker } from './frames.ts'
import type { StorageThread } from './storage-thread.ts'

/** Milliseconds of packing after which the event loop has its turn. */
const SLICE = 4

/** Changes between two looks at the clock. */
const STRIDE = 32

/** A buffer of this many bytes goes to the thread, while the next one is filled. */
const CHUNK = 2 ** 20 - 2 ** 14

/** Hands commits to the storage's thread, one after the other. */
export interface CommitQueue {
  commit(changes: Iterable<StorageChange>): Promise<void>
}

/**
 * @param monotonic milliseconds
 */
export function createCommitQueue(
  thread: Pick<StorageThread, 'sendChunk' | 'sendCommit' | 'discard'>,
  monotonic: () => number = () => performance.now(),
): CommitQueue {
  let commits = 0
  /** The packing that is under way; what comes meanwhile waits for it, so that commits keep their order. */
  let packing: Promise<unknown> | undefined

  /** Resolves to the wait for the disk, in a box: a promise would be waited for. */
  const pack = async (changes: Iterable<StorageChange>): Promise<{ written: Promise<void> }> => {
    const commit = commits++
    const packer = createPacker()
    let begun = monotonic()
    let count = 0
    try {
      for (const [space, key, value] of changes) {
        packer.add(space, key, value)
        if (packer.length >= CHUNK) thread.sendChunk(commit, packer.take())
        if (++count % STRIDE === 0 && monotonic() - begun > SLICE) {
          await setImmediate()
          begun = monotonic()
        }
      }
    } catch (error) {
      thread.discard(commit)
      throw error
    }
    return { written: thread.sendCommit(commit, packer.take()) }
  }

  return {
    async commit(changes) {
      const mine = packing === undefined ? pack(changes) : packing.then(() => pack(changes))
      const settled = mine.then(
        () => {},
        () => {},
      )
      packing = settled
      void settled.then(() => {
        if (packing === settled) packing = undefined
      })
      await (await mine).written
    },
  }
}
