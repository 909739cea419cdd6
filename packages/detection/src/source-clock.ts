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
  /** The greatest event time of what was read again; `undefined` where nothing was. */
  replayed: Time | undefined
}

/** A clock for a source that has not said anything. */
export function sourceClock(id: string, finite: boolean): SourceClock {
  return { id, finite, greatest: undefined, pending: [], silent: 0, replayed: undefined }
}

/** How far a time may lie from others before it is doubted. */
export interface Doubt {
  /** Later than this is later than the wall clock by more than the skew allows. */
  readonly future: Nanos
  readonly skew: Nanos
  readonly disorder: Nanos
}

/**
 * Takes note of a record's time when it is not simply the next one: no time before, a jump ahead, or a jump
 * that waits. Returns whether the greatest time moved.
 *
 * The first record is believed, and a step ahead of no more than the skew and the time for which the source was
 * `silent`. A longer one may be one wrong clock, which would make all that follows late: it waits until the next
 * three records do not lie before it by more than the disorder. If one does, it was wrong.
 */
export function observeUnusual(clock: SourceClock, at: Time, silent: Nanos, doubt: Doubt): boolean {
  const { future, skew, disorder } = doubt
  const moment = nanos(at)
  if (moment > future) return false
  if (clock.pending.length === 0 && isPlausible(clock, moment, skew + silent)) return advance(clock, at)
  clock.pending.push(at)
  let moved = false
  for (let head = clock.pending[0]; head !== undefined; head = clock.pending[0]) {
    const jump = !isPlausible(clock, nanos(head), skew)
    const earliest = nanos(head) - disorder
    const refuted = jump && clock.pending.some((later) => nanos(later) < earliest)
    if (jump && !refuted && clock.pending.length <= CONFIRMATIONS) break
    clock.pending.shift()
    if (!refuted) moved = advance(clock, head) || moved
  }
  return moved
}

function isPlausible(clock: SourceClock, moment: Nanos, step: Nanos): boolean {
  return clock.greatest === undefined || moment - nanos(clock.greatest) <= step
}

/** When no more comes, nothing can confirm or refute: what was not refuted is believed. */
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
