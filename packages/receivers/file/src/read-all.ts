import type { Batch, ReadProgress, ReceiverHost } from '@lacuna/sdk'
import { InputError, type InputFailure } from './input.ts'
import type { Reading } from './reading.ts'
import { timeHeap } from './time-heap.ts'

/** What both ways of reading need. */
export interface ReadAll {
  readonly host: Pick<ReceiverHost, 'progress' | 'sourceClosed' | 'watermark'>
  /** In the order of their paths. */
  readonly readings: readonly Reading[]
  deliver(batch: Batch): Promise<boolean>
  fail(failure: InputFailure, note: string): void
  stopped(): boolean
  /** Whether to go straight to the end of each. */
  readonly skip: boolean
  /** Records of a batch at most. */
  readonly maxBatch: number
}

/** One file after the other, in big batches. */
export async function readInTurn(all: ReadAll): Promise<void> {
  const progress = progressOf(all)
  for (const reading of all.readings) {
    for (;;) {
      const batch = await nextOf(all, reading, all.maxBatch)
      progress.of(reading)
      if (batch === undefined) break
      if (!(await all.deliver(batch))) return
    }
    if (all.stopped()) return
    await end(all, reading)
    progress.ended(reading)
  }
}

/**
 * All files together: always one record of the file whose watermark is least.
 *
 * One record a batch, because only the pipelines know a record's time: after each one the watermark says anew
 * whose turn it is. More at a time would let one file run ahead by a batch and make the others' records late,
 * by an amount that depends on how lines fall into buffers. What is left when only one file has not ended is
 * in order by itself and goes in big batches.
 */
export async function readByTime(all: ReadAll): Promise<void> {
  const progress = progressOf(all)
  const heap = timeHeap(all.readings)
  for (let reading = heap.first(); reading !== undefined; reading = heap.first()) {
    const batch = await nextOf(all, reading, heap.size === 1 ? all.maxBatch : 1)
    progress.of(reading)
    if (batch !== undefined) {
      if (!(await all.deliver(batch))) return
      heap.moved(all.host.watermark(reading.source))
      continue
    }
    if (all.stopped()) return
    heap.drop()
    await end(all, reading)
    progress.ended(reading)
  }
}

/** The next batch; a file that fails has come to its end. */
async function nextOf(all: ReadAll, reading: Reading, limit: number): Promise<Batch | undefined> {
  if (all.stopped() || all.skip) return undefined
  try {
    return await reading.next(limit)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    // A read that a stop has cut off says nothing about the file.
    if (!all.stopped())
      all.fail({ path: reading.input.path, reason: error.message, cause: error.cause }, error.note)
    return undefined
  }
}

async function end(all: ReadAll, reading: Reading): Promise<void> {
  await reading.close()
  all.host.sourceClosed(reading.source, 'ended')
}

interface Progress {
  of(reading: Reading): void
  ended(reading: Reading): void
}

/** Adds up what was read of each file; says so only when it has changed, which is once a chunk. */
function progressOf({ host, readings }: ReadAll): Progress {
  const seen = new Map<Reading, number>()
  let total: number | undefined = 0
  for (const { input } of readings)
    total = total === undefined || input.size === undefined ? undefined : total + input.size
  let bytes = 0

  function move(reading: Reading, to: number): void {
    const before = seen.get(reading) ?? 0
    if (to <= before) return
    seen.set(reading, to)
    bytes += to - before
    // A file may have grown since it was measured.
    const progress: ReadProgress = total === undefined ? { bytes } : { bytes, total: Math.max(total, bytes) }
    host.progress(progress)
  }

  return {
    of: (reading) => move(reading, reading.stored),
    // What a failed or passed-over file still holds will not be read: it must not look as if it would.
    ended(reading) {
      move(reading, Math.max(reading.stored, reading.input.size ?? 0))
      seen.delete(reading)
    },
  }
}
