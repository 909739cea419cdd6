import { CountedIds } from './counted-ids.ts'
import type { Evaluator } from './evaluator.ts'
import type { EventTime } from './event-time.ts'
import type { Group } from './group.ts'
import type { GroupTable } from './group-table.ts'
import type { HeldRecord } from './held.ts'
import type { Match } from './match-log.ts'
import type { Schedule } from './schedule.ts'
import type { SlotGrid } from './slot-grid.ts'
import type { Nanos } from './time.ts'
import { max } from './time.ts'
import type { Window } from './window.ts'
import { lastStartUpTo } from './window.ts'

/** The parts that counting needs. */
export interface TallyParts {
  readonly window: Window
  readonly grid: SlotGrid
  readonly groups: GroupTable
  readonly schedule: Schedule
  readonly evaluator: Evaluator
  readonly eventTime: EventTime
  readonly allowedLateness: Nanos
}

/** Puts matches into groups, and takes out of groups what is no longer needed. */
export interface Tally {
  /** Counts a match; false when it is a repeat of one that was counted. */
  match(group: Group, match: Match): boolean
  /** Counts a record that was held. False where its group finds no place, or its match is a repeat. */
  held(record: HeldRecord): boolean
  /** The watermark came to a group's moment. */
  due(group: Group, watermark: Nanos): void
  /** Lets go of what no record can touch any more, and puts the group down for its next moment. */
  settle(group: Group): void
}

// A watermark before all time: nothing is closed, nothing is final.
const BEGINNING = -(1n << 100n)

/** Makes the {@link Tally} of a detector. */
export function createTally(parts: TallyParts): Tally {
  const { window, grid, groups, schedule, evaluator, eventTime, allowedLateness } = parts

  /** What tells repeats: with tumbling windows an id counts once in each. */
  const idKey = (id: string, at: Nanos) =>
    window.kind === 'tumbling' ? `${lastStartUpTo(window, at)} ${id}` : id

  const forgetIds = (group: Group, matches: readonly Match[]) => {
    for (const { id, at } of matches) {
      if (id !== undefined) group.ids?.forget(idKey(id, at), at)
    }
  }

  const settle = (group: Group) => {
    const watermark = eventTime.watermark
    if (watermark !== undefined && group.matches.length > 0) {
      const horizon = watermark - allowedLateness
      forgetIds(group, group.matches.forgetBefore(evaluator.keepFrom(group, horizon)))
    }
    groups.touch(group)
    const holds = group.scheduledAt !== undefined && group.scheduledFor === group.episode
    if (holds && !evaluator.deadlineComesForward) return
    group.scheduledFor = group.episode
    const deadline = evaluator.deadline(group)
    if (deadline !== undefined) schedule.set(group, deadline)
    else if (groups.isBusy(group)) {
      // Nothing to tell; but it must come to rest when its matches are too old to count.
      const newest = group.matches.timeOf(group.matches.length - 1)
      schedule.set(group, newest + window.size + allowedLateness)
    }
  }

  const count = (group: Group, match: Match): boolean => {
    if (match.id !== undefined) {
      const key = idKey(match.id, match.at)
      if (group.ids?.hasWithin(key, match.at, window.size)) return false
      group.ids ??= new CountedIds()
      group.ids.add(key, match.at)
    }
    const { index, folded } = group.matches.add(match)
    forgetIds(group, folded)
    group.lastSlot = Math.max(group.lastSlot, grid.slotOf(match.at))
    if (index >= 0) evaluator.onMatch(group, index, eventTime.watermark ?? BEGINNING)
    settle(group)
    return true
  }

  return {
    match: count,
    settle,

    held(record) {
      const group = groups.get(record.key) ?? groups.add(record.key, record.values, record.source)
      if (group === undefined) return false
      if (group.source !== record.source) group.source = undefined
      if (record.isCall) {
        const slot = grid.slotOf(record.at)
        group.totals.add(slot)
        group.lastSlot = Math.max(group.lastSlot, slot)
      }
      if (record.match === undefined) {
        groups.touch(group)
        return true
      }
      return count(group, record.match)
    },

    due(group, watermark) {
      evaluator.onWatermark(group, watermark)
      settle(group)
      if (!groups.isBusy(group) && group.lastSlot < grid.slotOf(watermark - allowedLateness - window.size)) {
        groups.remove(group)
      }
    },
  }
}

/** The slot before which totals are no longer needed by a group. */
export function totalsFrom(group: Group, grid: SlotGrid, window: Window, horizon: Nanos): number {
  const needed = horizon - window.size
  const { episode } = group
  if (episode === undefined) return grid.slotOf(needed)
  const over = window.kind === 'continuous' ? episode.lastOver - window.size : episode.lastOver
  return grid.slotOf(over < needed ? over : max(needed, BEGINNING))
}
