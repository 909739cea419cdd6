import { type Batch, RetryableError, type Storage } from '@lacuna/sdk'
import { type ChangeSet, changeSet } from './change-set.ts'
import { packBatch } from './packed-batch.ts'
import { keyOf, WAL } from './spaces.ts'

/** A batch that is written down until every pipeline behind its receiver has taken it in. */
export interface Entry {
  /** Pipelines that have it before them, by id; nothing while that is all of them. */
  left(): readonly string[] | undefined
}

interface Kept {
  readonly number: number
  readonly entry: Entry
  /** Whether it lies in the storage: `false` while that is under way, `undefined` when it was refused. */
  written: boolean | undefined
  /** The pipelines that the storage has been told of; nothing says all of them. */
  marks: string | undefined
}

/** Batches that cannot be read again, or not by all who have yet to see them. */
export interface WriteAhead {
  /**
   * Writes a batch down before anything has been done with it. Resolves when it survives a crash; rejects with a
   * `RetryableError` when the storage refuses.
   */
  append(receiver: string, batch: Batch, entry: Entry): Promise<void>
  /** At a cut: writes a batch down as a part of the checkpoint. */
  attach(entry: Entry, batch: Uint8Array, changes: ChangeSet): void
  /** Goes on with one that an earlier run has written. */
  adopt(number: number, marks: string | undefined, entry: Entry): void
  /** The numbers of later batches begin here at the earliest. */
  countFrom(next: number): void
  /** At a cut: notes what has been done, and deletes what all have taken in. */
  cut(changes: ChangeSet): void
}

/** The key of what says which pipelines have a batch before them still. It comes right behind the batch. */
export const marksKey = (number: number): string => `${keyOf(number)}.lines`

/**
 * Makes a {@link WriteAhead}.
 *
 * @param failed told when the storage refused a batch
 */
export function writeAhead(storage: Storage, failed: (error: unknown) => void): WriteAhead {
  let next = 0
  let kept: Kept[] = []
  let gathering: ChangeSet = changeSet()
  let gathered: PromiseWithResolvers<void> | undefined
  let running = false

  /** One commit at a time; what comes meanwhile is the next one. */
  async function commit(): Promise<void> {
    running = true
    for (let group = gathered; group !== undefined; group = gathered) {
      const changes = gathering
      gathering = changeSet()
      gathered = undefined
      try {
        await storage.commit(changes)
        group.resolve()
      } catch (error) {
        failed(error)
        group.reject(
          new RetryableError('the storage does not take records now; send them again', { cause: error }),
        )
      }
    }
    running = false
  }

  function keep(entry: Entry, written: boolean): Kept {
    const one: Kept = { number: next++, entry, written, marks: undefined }
    kept.push(one)
    return one
  }

  function forget(one: Kept, changes: ChangeSet): void {
    if (one.written) changes.removeOnce(WAL, keyOf(one.number))
    if (one.marks !== undefined) changes.removeOnce(WAL, marksKey(one.number))
  }

  function mark(one: Kept, left: readonly string[] | undefined, changes: ChangeSet): void {
    const text = left === undefined ? undefined : JSON.stringify(left)
    if (text === undefined || text === one.marks) return
    one.marks = text
    changes.put(WAL, marksKey(one.number), Buffer.from(text))
  }

  return {
    async append(receiver, batch, entry) {
      const one = keep(entry, false)
      gathering.put(WAL, keyOf(one.number), packBatch(receiver, batch))
      gathered ??= Promise.withResolvers()
      const written = gathered.promise
      if (!running) void commit()
      try {
        await written
        one.written = true
      } catch (error) {
        one.written = undefined
        throw error
      }
    },
    attach(entry, batch, changes) {
      const one = keep(entry, true)
      changes.put(WAL, keyOf(one.number), batch)
      mark(one, entry.left(), changes)
    },
    adopt(number, marks, entry) {
      kept.push({ number, entry, written: true, marks })
    },
    countFrom(number) {
      next = Math.max(next, number)
    },
    cut(changes) {
      const open: Kept[] = []
      for (const one of kept) {
        const left = one.entry.left()
        if (one.written === undefined || (left?.length === 0 && one.written)) forget(one, changes)
        else {
          // One that is done but on its way to the storage has to be told from one that is not.
          mark(one, left, changes)
          open.push(one)
        }
      }
      kept = open
    },
  }
}
