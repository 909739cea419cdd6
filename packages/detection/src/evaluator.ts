import type { Group } from './group.ts'
import type { Nanos } from './time.ts'

/** The numbers of a threshold rule that evaluators need; times in nanoseconds. */
export interface Rule {
  readonly threshold: number
  readonly recoverBelow: number
  readonly onClose: boolean
  readonly updateInterval: Nanos
  readonly allowedLateness: Nanos
}

/** Decides, for one kind of window, when an episode opens, goes on and ends. */
export interface Evaluator {
  /** Whether a match can bring the deadline forward while an episode lasts. */
  readonly deadlineComesForward: boolean
  /** A match was put into the group's log at `index`, while the watermark stood at `watermark`. */
  onMatch(group: Group, index: number, watermark: Nanos): void
  /** The watermark came to `watermark`. */
  onWatermark(group: Group, watermark: Nanos): void
  /** The input ended; `last` is the last event time. */
  onEnd(group: Group, last: Nanos): void
  /**
   * A watermark at which the group must be looked at again; `undefined` when only a match can change
   * anything. May be too early, never too late.
   */
  deadline(group: Group): Nanos | undefined
  /** The earliest match that is still needed, when nothing at or before `horizon` can come any more. */
  keepFrom(group: Group, horizon: Nanos): Nanos
}
