import type { CountedIds } from './counted-ids.ts'
import type { GroupList } from './group-list.ts'
import type { GroupValue } from './ids.ts'
import type { MatchLog } from './match-log.ts'
import type { SlotCounts } from './slot-counts.ts'
import type { Nanos } from './time.ts'

/** One ongoing problem of one group. */
export interface Episode {
  readonly id: string
  /** How many alerts of it were told: the ordinal of the next one. */
  told: number
  /** The event time of the last alert that was told. */
  lastToldAt: Nanos
  /** Where the last window over the threshold starts (aligned) or ends (continuous). */
  lastOver: Nanos
  peak: number
  /** Whether it may have begun, under another id, before what was read again. */
  isContinued: boolean
}

/** All that is remembered of one group. */
export interface Group {
  /** What the reader of records gave for it; equal keys, as in a `Map`, are one group. */
  readonly key: unknown
  readonly values: readonly GroupValue[]
  /** The id of the source that all of it came from; `undefined` where that are several. */
  source: string | undefined
  readonly matches: MatchLog
  readonly totals: SlotCounts
  /** Dedupe ids of the matches that are kept, with the time under which each was counted. */
  ids: CountedIds | undefined
  episode: Episode | undefined
  /** When the last episode was resolved: nothing opens before it. */
  resolvedAt: Nanos | undefined
  /** Tumbling windows that were told, by their start; emptied as they become final. */
  toldWindows: Set<Nanos> | undefined
  /** Aligned windows up to this start were looked at when they closed (`on_close`). */
  closedUpTo: Nanos | undefined
  /** The slot of the latest record of this group. */
  lastSlot: number
  /** The watermark at which it is to be looked at again. */
  scheduledAt: Nanos | undefined
  /** The episode for which that was worked out: it holds as long as the episode does. */
  scheduledFor: Episode | undefined
  /** Whether it was forgotten; it may still stand in the schedule. */
  isGone: boolean
  /** Whether it changed since the last snapshot. */
  isDirty: boolean
  /** Whether the snapshot under way has still to pack it. */
  isPending: boolean
  // The neighbours in the list by age, and the list that it is in.
  older: Group | undefined
  newer: Group | undefined
  list: GroupList | undefined
}
