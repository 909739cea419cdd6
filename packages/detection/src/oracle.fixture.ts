import type { GroupValue } from './ids.ts'
import type { DetectorOptions } from './options.ts'
import { alignedMatch, alignedPass } from './oracle-aligned.fixture.ts'
import { continuousEnd, continuousMatch, continuousPass } from './oracle-continuous.fixture.ts'
import type { OracleGroup, OracleMatch, OracleRule, Told } from './oracle-group.fixture.ts'
import { oracleGroup } from './oracle-group.fixture.ts'
import { oracleTime } from './oracle-time.fixture.ts'
import type { Nanos } from './time.ts'
import { floorDiv, millis } from './time.ts'
import { makeWindow } from './window.ts'

/** What a detector is fed with in these tests. */
export interface TestRecord {
  /** 0 is "no time". */
  readonly at: Nanos
  readonly call: boolean
  readonly match: boolean
  readonly group: GroupValue
  readonly id: string | undefined
  /** Which exception swallows it, when it matches; -1 for none. */
  readonly exception: number
}

interface OracleCounts {
  late: number
  duplicate: number
  future: number
  noTime: number
  excepted: number[]
}

/**
 * What a detector must say, worked out the plain way: it keeps every record and counts all of them again at each
 * step. Written from section 7 of the design; only where that leaves something open (what a closing source leaves
 * behind, what is held at the end of input) does it do what the detector does.
 */
export interface Oracle {
  readonly counts: OracleCounts
  watermark(): Nanos | undefined
  open(source: string, finite: boolean): void
  close(source: string): Told[]
  add(source: string, record: TestRecord): Told[]
  tick(wall: Nanos, elapsed: number): Told[]
  end(): Told[]
}

export function createOracle(options: DetectorOptions): Oracle {
  const window = makeWindow(options.window)
  const rule: OracleRule = {
    ruleId: options.ruleId,
    options: options.window,
    window,
    threshold: options.threshold,
    recoverBelow: options.recoverBelow,
    updateInterval: millis(options.updateInterval),
    lateness: millis(options.allowedLateness),
    onClose: options.trigger === 'on_close',
  }
  const time = oracleTime(options)
  const counts: OracleCounts = {
    late: 0,
    duplicate: 0,
    future: 0,
    noTime: 0,
    excepted: [],
  }
  const groups = new Map<GroupValue, OracleGroup>()
  let held: TestRecord[] = []
  let hasEnded = false

  function isDuplicate(group: OracleGroup, match: OracleMatch): boolean {
    return group.matches.some((other) => {
      if (match.id === undefined || other.id !== match.id) return false
      if (window.kind === 'tumbling') {
        return (
          floorDiv(match.at - window.offset, window.size) === floorDiv(other.at - window.offset, window.size)
        )
      }
      const apart = match.at - other.at
      return apart < window.size && -apart < window.size
    })
  }

  function count(record: TestRecord, late: Nanos | undefined, out: Told[]): void {
    if (late !== undefined && record.at < late) {
      counts.late += 1
      return
    }
    if (!record.call && !record.match) return
    let group = groups.get(record.group)
    if (group === undefined) {
      group = oracleGroup(record.group)
      group.closedTo = hasEnded ? undefined : time.watermark
      groups.set(record.group, group)
    }
    if (record.call) group.calls.push(record.at)
    if (!record.match || isExcepted(record)) return
    if (isDuplicate(group, record)) {
      counts.duplicate += 1
    } else if (window.kind === 'continuous') {
      continuousMatch(rule, group, record, out)
    } else {
      alignedMatch(rule, window, group, record, out)
    }
  }

  function isExcepted({ exception }: TestRecord): boolean {
    if (exception < 0) return false
    counts.excepted[exception] = (counts.excepted[exception] ?? 0) + 1
    return true
  }

  /** Holds what is ahead of event time, if there is anything to count; an exception swallows a match at once. */
  function hold(record: TestRecord): void {
    const match = record.match && !isExcepted(record)
    if (record.call || match) held.push({ ...record, match })
  }

  /** Counts what was held and is not ahead of event time any more. */
  function release(late: Nanos | undefined, out: Told[]): void {
    const { frontier } = time
    if (frontier === undefined) return
    const due = held.filter((record) => record.at <= frontier)
    held = held.filter((record) => record.at > frontier)
    for (const one of byTime(due)) count(one, late, out)
  }

  function pass(out: Told[]): void {
    const { watermark } = time
    if (watermark === undefined) return
    for (const group of groups.values()) {
      if (window.kind === 'continuous') continuousPass(rule, group, watermark, out)
      else alignedPass(rule, window, group, watermark, undefined, out)
    }
  }

  function finish(last: Nanos, out: Told[]): void {
    for (const group of groups.values()) {
      if (window.kind === 'continuous') continuousEnd(rule, group, last, out)
      else alignedPass(rule, window, group, undefined, last, out)
    }
  }

  /** Times before this are late. */
  function lateBefore(): Nanos | undefined {
    return time.watermark === undefined ? undefined : time.watermark - rule.lateness
  }

  return {
    counts,
    watermark: () => time.watermark,
    open: (source, finite) => time.open(source, finite),
    close(source) {
      const out: Told[] = []
      const late = lateBefore()
      time.close(source)
      release(late, out)
      time.follow()
      pass(out)
      return out
    },
    add(source, record) {
      const out: Told[] = []
      if (record.at === 0n) {
        counts.noTime += 1
        return out
      }
      const late = lateBefore()
      if (time.observe(source, record.at)) counts.future += 1
      release(late, out)
      time.follow()
      pass(out)
      if (time.frontier === undefined || record.at > time.frontier) hold(record)
      else count(record, lateBefore(), out)
      pass(out)
      return out
    },
    tick(wall, elapsed) {
      const out: Told[] = []
      const late = lateBefore()
      time.tick(wall, elapsed)
      release(late, out)
      pass(out)
      return out
    },
    end() {
      const out: Told[] = []
      time.end()
      release(lateBefore(), out)
      if (time.frontier !== undefined) finish(time.frontier, out)
      const wrong = byTime(held)
      const last = wrong.at(-1)
      if (last === undefined) return out
      held = []
      hasEnded = true
      for (const group of groups.values()) group.hasEnded = true
      for (const one of wrong) count(one, undefined, out)
      finish(last.at, out)
      return out
    },
  }
}

/** In the order of time; what has the same time stays in the order in which it came. */
function byTime(held: readonly TestRecord[]): TestRecord[] {
  return [...held].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}
