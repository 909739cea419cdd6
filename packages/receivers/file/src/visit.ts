import { stat as statNow } from 'node:fs'
import { promisify } from 'node:util'
import type { Batch, Ledger, Logger } from '@lacuna/sdk'
import { codeOf, InputError, reasonOf, shown } from './input.ts'
import type { Lineage } from './lineage.ts'
import { closeLeg, openLeg } from './open-leg.ts'
import { type GrowingOptions, readGrowing } from './read-growing.ts'
import { type Reading, type ReadingOptions, readingOf } from './reading.ts'
import { changed, type FileStamp, isSameFile, type Leg, positionOnly, type Track } from './track.ts'

// A third cheaper than that of node:fs/promises, and called for every file, all the time.
const stat = promisify(statNow)

/** What {@link visits} works with. */
export interface VisitOptions {
  readonly lineage: Lineage
  readonly logger: Logger
  readonly ledger: Ledger
  readonly growing: GrowingOptions
  readonly reading: ReadingOptions
  deliver(batch: Batch): Promise<boolean>
  stopped(): boolean
}

/** Looks at followed files, one at a time. */
export interface Visits {
  /** What is at the path. */
  stampOf(track: Track): Promise<FileStamp | 'gone' | 'unreadable'>
  /** Whether there is anything to do for it. */
  isQuiet(track: Track, stamp: FileStamp | 'gone' | 'unreadable'): boolean
  /** Opens what is to be read. */
  open(track: Track): Promise<void>
  /** Takes note of what is there and reads it on. Resolves to whether there is more to read at once. */
  visit(track: Track, stamp: FileStamp | 'gone' | 'unreadable', now: number): Promise<boolean>
  /** Closes what a track has open. */
  close(track: Track): Promise<void>
}

/**
 * Milliseconds for which a file is still read after it was renamed, deleted or copied: a writer learns late that
 * it is to open a new one, and may be in the middle of a line. As long as Fluent Bit waits by default.
 */
export const ROTATE_WAIT = 5000

export function visits(options: VisitOptions): Visits {
  const { lineage, logger, ledger, stopped } = options
  const readings = new Map<Leg, Reading>()
  const unreadable = new Map<string, string>()

  function complain(path: string, error: unknown, note: string): void {
    const reason = error instanceof InputError ? error.message : reasonOf(error)
    if (unreadable.get(path) === reason) return
    unreadable.set(path, reason)
    ledger.noted(note, 1)
    logger.error({ path }, `cannot read ${shown(path)}: ${reason}; trying again`)
  }

  /** A gzip file is finite: what it holds now is read to the end. */
  async function readCompressed(track: Track, leg: Leg): Promise<'end' | 'more' | 'stopped'> {
    const reading = readings.get(leg) ?? readingOf(track, leg, options.reading)
    readings.set(leg, reading)
    const turn = leg.part.at + options.growing.turn
    try {
      while (leg.part.at < turn) {
        const batch = await reading.next(options.growing.maxBatch)
        if (stopped()) return 'stopped'
        if (batch === undefined) {
          await endReading(leg)
          return 'end'
        }
        track.unsaved = false
        if (!(await options.deliver(batch))) return 'stopped'
      }
      return 'more'
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      await endReading(leg)
      complain(leg.path, error, error.note)
      return 'end'
    }
  }

  async function endReading(leg: Leg): Promise<void> {
    const reading = readings.get(leg)
    readings.delete(leg)
    await reading?.close()
  }

  async function finish(track: Track, leg: Leg): Promise<void> {
    leg.part.done = true
    changed(track)
    await closeLeg(leg)
  }

  /** Reads one leg on. Resolves to what is to be done: go on to the next, come back at once, or leave it. */
  async function readLeg(track: Track, leg: Leg, now: number): Promise<'next' | 'more' | 'wait'> {
    if (leg.handle === undefined) return 'wait'
    if (leg.gzip) {
      const end = await readCompressed(track, leg)
      if (end === 'end') await finish(track, leg)
      return end === 'end' ? 'next' : end === 'more' ? 'more' : 'wait'
    }
    const before = leg.part.at
    const waited = leg.left !== undefined && now - leg.left >= ROTATE_WAIT
    const followed = followedBy(track, leg)
    const deleted = waited && !followed && (await leg.handle.stat()).nlink === 0
    const over = waited && (followed || deleted)
    const end = await readGrowing(track, leg, leg.handle, over, options.growing)
    if (end === 'more') return 'more'
    if (end === 'changed') track.seen = undefined
    if (end === 'stopped' || (end === 'changed' && leg.left === undefined)) return 'wait'
    if (leg.left === undefined) return 'next'
    if (leg.part.at > before && !over && end === 'end') {
      leg.left = now
      // While that was taken, the file may have had its last lines and the next one its first: these come after.
      return 'more'
    }
    // Truncated after it was renamed: if it was copied before, the rest is there.
    if (end === 'changed') await closeLeg(leg)
    else if (over) await finish(track, leg)
    // Half a line must not be told before its other half may have come.
    return leg.torn && !leg.part.done ? 'wait' : 'next'
  }

  async function read(track: Track, now: number): Promise<boolean> {
    // All of them before one is read: while one waits for the end of a line, another may be deleted.
    await open(track)
    for (const leg of [...track.legs]) {
      if (leg.part.done) continue
      const next = await readLeg(track, leg, now)
      if (stopped() || next !== 'next') return next === 'more'
    }
    return false
  }

  async function open(track: Track): Promise<void> {
    for (const leg of track.legs) if (!leg.part.done && !(await openLeg(track, leg))) track.seen = undefined
  }

  return {
    open,
    async stampOf({ path }) {
      try {
        const found = await stat(path, { bigint: true })
        unreadable.delete(path)
        return found.isFile() ? found : 'gone'
      } catch (error) {
        const code = codeOf(error)
        if (code === 'ENOENT' || code === 'ENOTDIR') return 'gone'
        complain(path, error, 'unreadable_file')
        return 'unreadable'
      }
    },
    isQuiet(track, stamp) {
      if (
        track.more ||
        track.unsaved ||
        track.legs.some(({ part, left }) => !part.done && left !== undefined)
      )
        return false
      return stamp === 'unreadable' || isUnchanged(track.seen, stamp)
    },
    async visit(track, stamp, now) {
      try {
        if (stamp !== 'unreadable' && !isUnchanged(track.seen, stamp)) {
          await lineage.look(track, stamp === 'gone' ? undefined : stamp, now)
          track.seen = stamp
        }
        const more = await read(track, now)
        track.more = more
        if (track.unsaved && !more && !stopped()) {
          track.unsaved = false
          await options.deliver(positionOnly(track))
        }
        return more
      } catch (error) {
        // What the pipelines reject with is not the file's fault.
        if (!(error instanceof Error && 'syscall' in error)) throw error
        const code = codeOf(error)
        track.seen = undefined
        // It went between two looks; the next one tells.
        if (code === 'ENOENT' || code === 'ENOTDIR') return false
        complain(track.path, error, 'unreadable_file')
        return false
      }
    },
    async close(track) {
      for (const leg of track.legs) {
        await endReading(leg)
        await closeLeg(leg)
      }
    },
  }
}

function isUnchanged(seen: FileStamp | 'gone' | undefined, now: FileStamp | 'gone'): boolean {
  if (seen === undefined || seen === 'gone' || now === 'gone') return seen === now
  return isSameFile(seen, now) && seen.size === now.size && seen.mtimeNs === now.mtimeNs
}

/** Whether there is a later file with something in it: then nobody but a straggler writes to this one. */
function followedBy(track: Track, leg: Leg): boolean {
  return track.legs
    .slice(track.legs.indexOf(leg) + 1)
    .some(({ part, stamp }) => part.at > 0 || (stamp?.size ?? 0n) > 0n)
}
