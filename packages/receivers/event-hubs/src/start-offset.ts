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
  /** There is saved state, and it does not belong to what is read from here on. */
  readonly stale: boolean
}

/**
 * Decides where to begin.
 *
 * @param committed what the broker says the group has committed
 * @param fresh where to begin when it has committed nothing
 * @param rewind whether what lies before the committed offset is read again
 * @param saved where the state that was saved stands. It fits unless another instance has read on since, or the topic
 * was made anew; then nothing is read again.
 */
export function startOf(
  committed: string,
  bounds: Bounds,
  fresh: string,
  rewind: boolean,
  saved?: string,
): Start {
  const { low, high } = bounds
  const known = committed === NONE || committed === EARLIEST ? undefined : committed
  const fits =
    saved !== undefined &&
    compareOffsets(saved, high) <= 0 &&
    (known === undefined || compareOffsets(known, saved) <= 0)
  const none = {
    committed: undefined,
    probe: false,
    expired: 0,
    replaced: false,
    stale: saved !== undefined && !fits,
  }
  if (fits)
    return compareOffsets(saved, low) < 0
      ? { ...none, offset: low, committed: known, expired: countBetween(saved, low) }
      : { ...none, offset: saved, committed: known }
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
