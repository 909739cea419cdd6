import type { Evidence } from './evidence.ts'
import type { GroupValue } from './ids.ts'
import type { Nanos } from './time.ts'

/** Where in an episode an alert stands. */
export type AlertStatus = 'open' | 'update' | 'resolved'

/** What a detector has to say about one group and one window. */
export interface Alert {
  readonly kind: 'alert'
  readonly status: AlertStatus
  /** When it happened, in event time. */
  readonly at: Nanos
  readonly episodeId: string
  readonly alertId: string
  readonly group: readonly GroupValue[]
  readonly windowStart: Nanos
  readonly windowEnd: Nanos
  /**
   * Whether its episode may have begun, under another id, before what was read again: what opened it was read
   * again, in a window that starts before that.
   */
  readonly isContinued: boolean
  /** Matches in the window. */
  readonly count: number
  /** The highest count of any window of the episode so far. */
  readonly peak: number
  /** Calls in the window, matching or not. */
  readonly total: number
  readonly evidence: Evidence
}

/** Groups that could not be held, because there are more than `maxGroups`. */
export interface Overflow {
  readonly kind: 'overflow'
  readonly at: Nanos
  /** Groups with matches that were given up, since the notice before. */
  readonly evicted: number
  /** Records that could not be counted for want of a place, since the notice before. */
  readonly refused: number
}

export type Output = Alert | Overflow
