import type { Nanos, Time } from './time.ts'
import { nanos } from './time.ts'

/** How many records must follow a jump in past data and agree with it. */
const CONFIRMATIONS = 3

/** How far one source has come in event time. */
export interface SourceClock {
  readonly id: string
  readonly finite: boolean
  /** The greatest event time that may move the watermark; `undefined` before the first. */
  greatest: Time | undefined
  /** A jump that is not confirmed yet, and the records after it: at most four times. */
  pending: Time[]
  /** Milliseconds without a record, as told by ticks. */
  silent: number
  /** Records that came too late to count. */
  late: number
}

/** A clock for a source that has not said anything. */
export function sourceClock(id: string, finite: boolean): SourceClock {
  return { id, finite, greatest: undefined, pending: [], silent: 0, late: 0 }
}

/** What the wall clock allows, worked out once a tick. */
export interface WallLimits {
  /** Later than this is later than the wall clock by more than the skew allows. */
  readonly future: Nanos
  /** A time from here on is near the wall clock, which so vouches for it. */
  readonly present: Nanos
}

/**
 * Takes note of a record's time when it is not simply the next one: no time before, a jump ahead, or a jump
 * that waits. Returns whether the greatest time moved.
 *
 * A jump of more than `skew` is believed at once where it ends near the wall clock. In past data, of which the
 * wall clock knows nothing, the next three records must not lie before it by more than `disorder`; if one
 * does, the jump was a wrong clock.
 */
export function observeUnusual(
  clock: SourceClock,
  at: Time,
  limits: WallLimits,
  skew: Nanos,
  disorder: Nanos,
): boolean {
  const moment = nanos(at)
  if (moment > limits.future) return false
  if (moment >= limits.present) {
    clock.pending = []
    return advance(clock, at)
  }
  clock.pending.push(at)
  let moved = false
  for (let head = clock.pending[0]; head !== undefined; head = clock.pending[0]) {
    const jump = clock.greatest !== undefined && nanos(head) - nanos(clock.greatest) > skew
    if (jump) {
      const earliest = nanos(head) - disorder
      const refuted = clock.pending.some((later) => nanos(later) < earliest)
      if (!refuted && clock.pending.length <= CONFIRMATIONS) break
      clock.pending.shift()
      if (!refuted) moved = advance(clock, head) || moved
    } else {
      clock.pending.shift()
      moved = advance(clock, head) || moved
    }
  }
  return moved
}

/** At the end of the input nothing can confirm or refute any more: what was not refuted is believed. */
export function believePending(clock: SourceClock): boolean {
  let moved = false
  for (const at of clock.pending) moved = advance(clock, at) || moved
  clock.pending = []
  return moved
}

function advance(clock: SourceClock, at: Time): boolean {
  const { greatest } = clock
  if (greatest !== undefined && (at[0] < greatest[0] || (at[0] === greatest[0] && at[1] <= greatest[1])))
    return false
  clock.greatest = [at[0], at[1]]
  return true
}
