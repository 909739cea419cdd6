import type { Bounds } from './lookups.ts'
import { compareOffsets, countBetween, EARLIEST, leastOffset, NONE } from './offsets.ts'

/** Where a newly assigned partition begins. */
export interface Start {
  /** The offset to read from, or the one to look at for its time where {@link Start.probe} is true. */
  readonly offset: string
  /** What the group has committed. */
  readonly committed: string | undefined
  /** Whether records before the committed offset are to be read again. */
  readonly probe: boolean
  /** Messages behind the committed offset that the broker has no more. */
  readonly expired: number
  /** The committed offset lies beyond the end: the topic was made anew. */
  readonly replaced: boolean
}

/**
 * Decides where to begin.
 *
 * @param committed what the broker says the group has committed
 * @param fresh where to begin when it has committed nothing
 * @param rewind whether what lies before the committed offset is read again
 */
export function startOf(committed: string, bounds: Bounds, fresh: string, rewind: boolean): Start {
  const { low, high } = bounds
  const none = { committed: undefined, probe: false, expired: 0, replaced: false }
  if (committed === NONE) return { ...none, offset: fresh }
  // What kafkajs commits when an offset was out of range.
  if (committed === EARLIEST) return { ...none, offset: low }
  if (compareOffsets(committed, high) > 0) return { ...none, offset: low, replaced: true }
  if (compareOffsets(committed, low) < 0)
    return { ...none, offset: low, committed, expired: countBetween(committed, low) }
  const probe = rewind && compareOffsets(committed, low) > 0
  return { ...none, offset: probe ? lastBefore(committed, low) : committed, committed, probe }
}

/** The message before the committed offset: how far the state had come that is to be rebuilt. */
function lastBefore(committed: string, low: string): string {
  const before = (BigInt(committed) - 1n).toString()
  return compareOffsets(before, low) < 0 ? low : before
}

/** Where to read from, so that `rewind` milliseconds before the message of time `millis` are read again. */
export function rewoundOffset(found: string | undefined, committed: string): string {
  return found === undefined ? committed : leastOffset(found, committed)
}
