import type { MatchLog } from './match-log.ts'
import type { Nanos } from './time.ts'
import { max } from './time.ts'
import type { AlignedWindow } from './window.ts'
import { firstStartAfter, lastStartUpTo } from './window.ts'

/*
 * Finds windows by their counts without looking at each: there may be 100,000 of them a size, but only as many
 * that differ as there are matches. A window holds `count` matches or more exactly when it holds some `count`
 * neighbours a[i] .. a[i + count - 1], that is, when it starts in (a[i + count - 1] - size, a[i]].
 */

/** The earliest window that starts in `[first, last]` and holds `count` matches or more. */
export function firstWindowOver(
  log: MatchLog,
  window: AlignedWindow,
  count: number,
  first: Nanos,
  last: Nanos,
): Nanos | undefined {
  for (let index = log.firstFrom(first); index + count <= log.length; index++) {
    const after = max(log.timeOf(index + count - 1) - window.size, first - 1n)
    const start = firstStartAfter(window, after)
    if (start > last) return undefined
    if (start <= log.timeOf(index)) return start
  }
  return undefined
}

/** The latest window that starts in `[first, last]` and holds `count` matches or more. */
export function lastWindowOver(
  log: MatchLog,
  window: AlignedWindow,
  count: number,
  first: Nanos,
  last: Nanos,
): Nanos | undefined {
  const end = log.firstFrom(last + window.size)
  for (let index = end - count; index >= 0; index--) {
    const latest = log.timeOf(index)
    const start = lastStartUpTo(window, latest < last ? latest : last)
    if (start < first) return undefined
    if (start > log.timeOf(index + count - 1) - window.size) return start
  }
  return undefined
}

/** The earliest window that starts at `first` or later and holds fewer than `count` matches. */
export function firstWindowBelow(log: MatchLog, window: AlignedWindow, count: number, first: Nanos): Nanos {
  let start = first
  for (;;) {
    // The newest `count` matches of this window are in all windows up to the one that starts with the oldest of them.
    const newest = log.firstFrom(start + window.size) - count
    if (newest < log.firstFrom(start)) return start
    start = firstStartAfter(window, log.timeOf(newest))
  }
}

/**
 * The highest count of the windows that start in `[first, last]` and hold the match `from` or a later one.
 *
 * Of all windows whose newest match is the same one, the earliest holds the most.
 */
export function highestCount(
  log: MatchLog,
  window: AlignedWindow,
  from: number,
  first: Nanos,
  last: Nanos,
): number {
  let highest = 0
  for (let index = from; index < log.length && log.timeOf(index) < last + window.size; index++) {
    const start = max(firstStartAfter(window, log.timeOf(index) - window.size), first)
    if (start > last) break
    highest = Math.max(highest, log.count(start, start + window.size))
  }
  return highest
}
