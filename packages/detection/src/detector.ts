import type { Output } from './alert.ts'
import { alignedEvaluator } from './aligned.ts'
import { continuousEvaluator } from './continuous.ts'
import type { DetectorCounts } from './counts.ts'
import { noCounts } from './counts.ts'
import { Episodes } from './episodes.ts'
import type { Rule } from './evaluator.ts'
import { EventTime } from './event-time.ts'
import type { Group } from './group.ts'
import { GroupTable } from './group-table.ts'
import type { HeldRecord } from './held.ts'
import { HeldRecords } from './held.ts'
import { LateRecords } from './late-records.ts'
import type { Match } from './match-log.ts'
import type { DetectorOptions, RecordReader } from './options.ts'
import { checkOptions } from './options.ts'
import { PendingGroups } from './pending-groups.ts'
import { Replay } from './replay.ts'
import { Schedule } from './schedule.ts'
import { SlotGrid } from './slot-grid.ts'
import { packHeader, unpackGroup, unpackHeader } from './snapshot.ts'
import type { SourceClock } from './source-clock.ts'
import { createTally, totalsFrom } from './tally.ts'
import type { Nanos, Time } from './time.ts'
import { millis, nanos, time } from './time.ts'
import { makeWindow } from './window.ts'

/** What changed since the last snapshot; everything for the first. Texts, for whoever stores them. */
export interface DetectorSnapshot {
  readonly header: string
  /** Group by group: its key and its state, or `undefined` when it is gone. */
  readonly entries: Iterable<readonly [key: string, value: string | undefined]>
}

/**
 * Counts matches by group in windows of event time, and tells when a group reaches the threshold, how it goes
 * on, and when it is over. Pure: no clock, no I/O; the same calls give the same answers.
 */
export interface Detector<R> {
  /** Announces a source before its first record; until its first time it holds the watermark back. */
  open(source: string, finite: boolean): void
  /** Takes a source away that has ended. What came of it stays. */
  close(source: string): readonly Output[]
  /**
   * Takes a source away that another instance has now: what came of it alone is dropped, untold. A group that other
   * sources are part of stays as it is. What is given is what the others can say now.
   */
  lose(source: string): readonly Output[]
  /**
   * Counts one record. Where `isReplay`, it lies before the position up to which all was delivered, and is read
   * again: what was told then is withheld.
   */
  add(source: string, record: R, isReplay?: boolean): readonly Output[]
  /** Tells the wall clock, and how many milliseconds passed in which records could have come. */
  tick(now: Time, elapsed: number): readonly Output[]
  /** The end of all input: windows close, episodes are resolved. The watermark stays as the data left it. */
  end(): readonly Output[]
  /** The watermark of one source; `undefined` before its first time. */
  watermark(source: string): Time | undefined
  /** The greatest event time of one source; `undefined` before its first. */
  latest(source: string): Time | undefined
  readonly counts: Readonly<DetectorCounts>
  /** Late records by source, those of more than 1,000 sources together. */
  lateBySource(): ReadonlyMap<string, number>
  readonly openEpisodes: number
  readonly groups: number
  /** Milliseconds that the watermark is behind the greatest event time; 0 before there is one. */
  readonly lag: number
  snapshot(): DetectorSnapshot
  /** Takes back what snapshots hold together. Before the first record. */
  restore(header: string, entries: Iterable<readonly [key: string, value: string]>): void
}

/**
 * Makes a detector.
 *
 * @throws RangeError for options or a window that cannot be
 */
export function createDetector<R>(options: DetectorOptions, reader: RecordReader<R>): Detector<R> {
  checkOptions(options)
  const window = makeWindow(options.window)
  const allowedLateness = millis(options.allowedLateness)
  const updateInterval = millis(options.updateInterval)
  const grid = new SlotGrid(window)
  // What was held counts as if it came when event time gets to it: before the watermark follows, or a long step
  // of the watermark would make it late.
  const eventTime = new EventTime(options, () => {
    if (hasCome(held.next, eventTime)) release()
  })
  const schedule = new Schedule()
  const held = new HeldRecords()
  const counts = noCounts()
  const late = new LateRecords()
  // Only whoever takes snapshots pays for knowing what changed between them.
  let changed: Set<Group> | undefined
  const unpacked = new PendingGroups()
  /** Must come before a group is changed. */
  const touch = (group: Group) => {
    if (group.isDirty || changed === undefined) return
    group.isDirty = true
    changed.add(group)
    if (group.isPending) unpacked.keep(group)
  }
  const groups = new GroupTable(options.maxGroups, options.threshold, grid, (group) => {
    touch(group)
  })
  const rule: Rule = { ...options, onClose: options.trigger === 'on_close', updateInterval, allowedLateness }
  const replay = new Replay(eventTime, millis(options.maxOutOfOrderness), rule.onClose)
  const episodes = new Episodes(options.ruleId, options.window, grid, options.evidence, replay, counts)
  const evaluator =
    window.kind === 'continuous'
      ? continuousEvaluator(rule, window, episodes)
      : alignedEvaluator(rule, window, episodes)
  const tally = createTally({ window, grid, groups, schedule, evaluator, eventTime, allowedLateness })
  // The source of the last record, and the slot of the last sweep: both nearly always the same again.
  let clock: SourceClock | undefined
  let sweptSlot = Number.NEGATIVE_INFINITY
  let overflowToldAt: Nanos | undefined
  // Whether a source ended that no `lose` can take back.
  let hasEnded = false

  const groupFor = (record: R, source: string): Group | undefined => {
    const key = reader.groupKey(record)
    const group = groups.get(key) ?? groups.add(key, reader.groupValues(record), source)
    if (group === undefined) return undefined
    touch(group)
    // In this order, because most groups have several: then no texts are compared.
    if (group.source !== undefined && group.source !== source) group.source = undefined
    return group
  }

  const matchOf = (record: R, at: Time): Match => ({
    at: nanos(at),
    id: reader.id(record),
    values: reader.values(record),
    numbers: reader.numbers(record),
    isReplayed: replay.isNow,
  })

  /** Sees to all groups that the watermark has come to. */
  const advance = () => {
    const watermark = eventTime.watermark
    if (watermark === undefined) return
    replay.byWatermark = true
    for (let group = schedule.take(watermark); group !== undefined; group = schedule.take(watermark)) {
      touch(group)
      tally.due(group, watermark)
    }
    replay.byWatermark = false
  }

  const countHeld = (record: HeldRecord) => {
    const before = groups.get(record.key)
    if (before !== undefined) touch(before)
    const isCounted = tally.held(record)
    const group = groups.get(record.key)
    if (group !== undefined) touch(group)
    if (record.match === undefined || group === undefined) return
    if (isCounted) counts.matches++
    else counts.duplicates++
  }

  const release = () => {
    const frontier = eventTime.frontier
    if (frontier === undefined) return
    for (let record = held.take(frontier); record !== undefined; record = held.take(frontier)) {
      if (eventTime.isLate(time(record.at))) noteLate(record.source)
      else countHeld(record)
    }
  }

  const noteLate = (source: string) => {
    counts.late++
    late.note(source)
  }

  const tellOverflow = (isLast = false) => {
    const { losses } = groups
    if (losses.evicted === 0 && losses.refused === 0) return
    const at = eventTime.frontier ?? 0n
    if (!isLast && overflowToldAt !== undefined && at - overflowToldAt < updateInterval) return
    overflowToldAt = at
    episodes.push({ kind: 'overflow', at, ...losses })
    losses.evicted = 0
    losses.refused = 0
  }

  /** Forgets groups and totals that no window reaches any more. Once a slot, not once a record. */
  const sweep = (slot: number) => {
    sweptSlot = slot
    const watermark = eventTime.watermark
    if (watermark === undefined) return
    groups.forgetBefore(grid.slotOf(watermark - allowedLateness - window.size))
  }

  const countCall = (group: Group, slot: number) => {
    group.totals.add(slot)
    if (slot === group.lastSlot) return
    if (slot > group.lastSlot) group.lastSlot = slot
    const watermark = eventTime.watermark
    if (watermark === undefined || group.totals.size < 2) return
    group.totals.forgetBefore(totalsFrom(group, grid, window, watermark - allowedLateness))
  }

  /** Holds a record that is ahead of event time. */
  const hold = (record: R, source: string, at: Time, isCall: boolean, isMatch: boolean) => {
    counts.ahead++
    const key = reader.groupKey(record)
    const match = isMatch && !isExcepted(record) ? matchOf(record, at) : undefined
    if (match === undefined && !isCall) return
    const values = reader.groupValues(record)
    const isHeld = held.add({ at: nanos(at), source, key, values, isCall, match })
    if (!isHeld) counts.refusedAhead++
  }

  const isExcepted = (record: R) => {
    const place = reader.exception(record)
    if (place < 0) return false
    counts.excepted[place] = (counts.excepted[place] ?? 0) + 1
    return true
  }

  const afterTime = () => {
    if (eventTime.hasPassed(schedule.next)) advance()
  }

  const endOf = (ending: Iterable<Group>, last: Nanos) => {
    for (const group of ending) {
      if (window.kind === 'continuous' && group.episode === undefined) continue
      if (group.matches.length === 0) continue
      touch(group)
      evaluator.onEnd(group, last)
    }
  }

  return {
    counts,

    open(source, finite) {
      eventTime.source(source, finite)
      clock = undefined
    },

    close(source) {
      replay.isNow = false
      hasEnded = true
      eventTime.close(source)
      clock = undefined
      afterTime()
      return episodes.take()
    },

    lose(source) {
      replay.isNow = false
      eventTime.lose(source)
      clock = undefined
      held.forget(source)
      // With the last one goes what several had part in.
      const isNothingLeft = !hasEnded && eventTime.isEmpty
      for (const group of groups.all) {
        if (group.source === source || isNothingLeft) groups.remove(group)
      }
      afterTime()
      return episodes.take()
    },

    add(source, record, isReplay = false) {
      replay.isNow = isReplay
      if (clock === undefined || clock.id !== source) clock = eventTime.source(source, false)
      const at = reader.time(record)
      if (at[0] === 0 && at[1] === 0) {
        counts.noTime++
        return NOTHING
      }
      const isFirstReplay = isReplay && clock.replayed === undefined
      eventTime.observe(clock, at, isReplay)
      if (isFirstReplay) replay.begins(clock)
      afterTime()
      const isCall = reader.isCall(record)
      const isMatch = reader.isMatch(record)
      if (!isCall && !isMatch) {
        if (eventTime.isLate(at)) noteLate(clock.id)
        return episodes.take()
      }
      if (eventTime.isAhead(at)) {
        hold(record, clock.id, at, isCall, isMatch)
        return episodes.take()
      }
      if (eventTime.isLate(at)) {
        noteLate(clock.id)
        return episodes.take()
      }
      const slot = grid.slotAt(at)
      if (slot !== sweptSlot) sweep(slot)
      const group = groupFor(record, clock.id)
      if (group === undefined) {
        tellOverflow()
        return episodes.take()
      }
      if (isCall) countCall(group, slot)
      if (isMatch && !isExcepted(record)) {
        if (tally.match(group, matchOf(record, at))) counts.matches++
        else counts.duplicates++
        // Within the allowed lateness a match may open an episode that the watermark has passed already.
        afterTime()
      } else groups.touch(group)
      if (groups.losses.evicted > 0) tellOverflow()
      return episodes.take()
    },

    tick(now, elapsed) {
      replay.isNow = false
      eventTime.tick(now, elapsed)
      afterTime()
      return episodes.take()
    },

    end() {
      replay.isNow = false
      eventTime.end()
      afterTime()
      if (eventTime.frontier !== undefined) endOf(groups.all, eventTime.frontier)
      // What only a wrong clock said is told last, by itself.
      const wrong = new Set<Group>()
      let last: Nanos | undefined
      for (let record = held.take(); record !== undefined; record = held.take()) {
        last = record.at
        countHeld(record)
        const group = groups.get(record.key)
        if (group !== undefined) wrong.add(group)
      }
      if (last !== undefined) endOf(wrong, last)
      // There is no later notice to wait for.
      tellOverflow(true)
      return episodes.take()
    },

    watermark: (source) => eventTime.watermarkOf(source),
    latest: (source) => eventTime.latestOf(source),
    lateBySource: () => late.bySource,

    get openEpisodes() {
      let open = 0
      for (const group of groups.all) if (group.episode !== undefined) open++
      return open
    },

    get groups() {
      return groups.size
    },

    get lag() {
      const { watermark, frontier } = eventTime
      return watermark === undefined || frontier === undefined
        ? 0
        : Number((frontier - watermark) / 1_000_000n)
    },

    snapshot() {
      const dirty = changed === undefined ? [...groups.all] : [...changed]
      changed = new Set()
      for (const group of dirty) group.isDirty = false
      const header = packHeader({
        eventTime: eventTime.save(),
        held: held.all(),
        counts,
        overflowToldAt,
        rebuiltFrom: replay.rebuiltFrom,
      })
      // A key that was forgotten and came back is told by the group that is there now.
      const gone = dirty.filter((group) => group.isGone && groups.get(group.key) === undefined)
      const there = dirty.filter((group) => !group.isGone)
      return { header, entries: unpacked.entries(gone, there) }
    },

    restore(header, entries) {
      const state = unpackHeader(header)
      eventTime.load(state.eventTime)
      Object.assign(counts, state.counts)
      overflowToldAt = state.overflowToldAt
      replay.rebuiltFrom = state.rebuiltFrom
      for (const record of state.held) held.add(record)
      for (const [, value] of entries) {
        const packed = unpackGroup(value)
        // The text that the clock of the source has, which is compared for each record.
        const group = groups.add(
          packed.key,
          packed.values,
          packed.source === null ? undefined : eventTime.nameOf(packed.source),
        )
        if (group === undefined) continue
        packed.fill(group)
        tally.settle(group)
      }
      clock = undefined
    },
  }
}

const NOTHING: readonly Output[] = []

function hasCome(next: Time, eventTime: EventTime): boolean {
  return next[0] !== Number.POSITIVE_INFINITY && !eventTime.isAhead(next)
}
