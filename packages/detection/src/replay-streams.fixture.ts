import fc from 'fast-check'
import type { Alert, Output } from './alert.ts'
import { createDetector } from './detector.ts'
import type { DetectorOptions, RecordReader } from './options.ts'
import type { Nanos } from './time.ts'
import { millis, time } from './time.ts'
import type { WindowOptions } from './window.ts'

/** A record of a stream, in the order in which it was appended to its source. */
export interface Appended {
  readonly source: string
  readonly group: string
  readonly isMatch: boolean
  readonly appendedAt: Nanos
  /** Up to the disorder before that. */
  readonly at: Nanos
  readonly id: string
}

/** Records, and how many of each source were committed when the process died. */
export interface ReplayCase {
  readonly options: DetectorOptions
  readonly records: readonly Appended[]
  /** Everything up to this record was looked at, and what it caused was delivered. */
  readonly processed: number
  /** By source, the place of the first record that was not committed. */
  readonly committed: Readonly<Record<string, number>>
  /** How many records later those of the second source are read after the restart than they were before it. */
  readonly delay: number
}

const START = 1_700_000_000_000

/** No source is silent for longer than this, as far as others wait for it: what the idle timeout does. */
export const LONGEST_SILENCE = 10

const windows: fc.Arbitrary<WindowOptions> = fc.constantFrom(
  { type: 'sliding', size: 30 },
  { type: 'sliding', size: 60 },
  { type: 'tumbling', size: 20 },
  { type: 'tumbling', size: 30, offset: 7 },
  { type: 'sliding', size: 30, slide: 10 },
  { type: 'sliding', size: 60, slide: 6 },
)

const optionsOf: fc.Arbitrary<DetectorOptions> = fc
  .record({
    window: windows,
    threshold: fc.integer({ min: 1, max: 5 }),
    recover: fc.nat(4),
    onClose: fc.boolean(),
    updateInterval: fc.constantFrom(1, 12, 100),
    maxOutOfOrderness: fc.constantFrom(0, 5, 15),
    allowedLateness: fc.constantFrom(0, 0, 8),
  })
  .map(({ recover, onClose, ...rest }) => ({
    ...rest,
    ruleId: 'rule',
    recoverBelow: 1 + (recover % rest.threshold),
    trigger:
      onClose && !(rest.window.type === 'sliding' && rest.window.slide === undefined)
        ? 'on_close'
        : 'on_threshold',
    idleTimeout: 1_000_000,
    maxFutureSkew: 1_000_000,
    maxGroups: 1000,
    evidence: { lists: 0, numbers: 0 },
  }))

/**
 * Streams of one or two sources, a crash, and what was committed by then. `isEven`: all that was looked at was
 * committed; otherwise one source lags behind with that.
 */
export const replayCases: fc.Arbitrary<ReplayCase> = fc
  .record({
    options: optionsOf,
    sources: fc.integer({ min: 1, max: 2 }),
    isKeyed: fc.boolean(),
    isEven: fc.boolean(),
    cut: fc.double({ min: 0.3, max: 1, noNaN: true }),
    lag: fc.nat(15),
    delay: fc.nat(40),
    moves: fc.array(
      fc.record({
        source: fc.nat(1),
        group: fc.nat(1),
        step: fc.oneof(
          { weight: 10, arbitrary: fc.integer({ min: 0, max: 4 }) },
          { weight: 2, arbitrary: fc.integer({ min: 5, max: 40 }) },
        ),
        back: fc.nat(15),
        isMatch: fc.integer({ min: 0, max: 2 }).map((one) => one > 0),
      }),
      { minLength: 40, maxLength: 120, size: 'max' },
    ),
  })
  .map(({ options, sources, isKeyed, isEven, cut, lag, delay, moves }) => {
    let cursor = START
    const records: Appended[] = []
    const append = (place: number, group: string, isMatch: boolean, back: number) => {
      const at = millis(cursor - Math.min(back, options.maxOutOfOrderness))
      records.push({
        source: `s${place}`,
        group,
        isMatch,
        appendedAt: millis(cursor),
        at,
        id: String(records.length),
      })
    }
    const lastOf = [cursor, cursor]
    for (const { source, group, step, back, isMatch } of moves) {
      for (let left = step; left >= 0; left -= LONGEST_SILENCE / 2) {
        cursor += Math.min(left, LONGEST_SILENCE / 2)
        for (let place = 0; place < sources; place++) {
          if (cursor - (lastOf[place] ?? 0) < LONGEST_SILENCE / 2) continue
          lastOf[place] = cursor
          append(place, 'quiet', false, 0)
        }
      }
      const place = source % sources
      lastOf[place] = cursor
      // On a keyed topic a source has its own groups.
      append(place, isKeyed ? `g${place}` : `g${group}`, isMatch, back)
    }
    const processed = Math.max(1, Math.floor(records.length * cut))
    const last = records[processed - 1]?.source
    const committed = Object.fromEntries(
      [...new Set(records.map(({ source }) => source))].map((source) => [
        source,
        isEven || source === last ? processed : Math.max(0, processed - lag),
      ]),
    )
    // Where sources share a group another order is another burst, with other ids; and an aligned window may find the
    // one before it still open.
    const isOrderFree = isKeyed && options.window.type === 'sliding' && options.window.slide === undefined
    return { options, records, processed, committed, delay: isOrderFree ? delay : 0 }
  })

const reader: RecordReader<Appended> = {
  time: (record) => time(record.at),
  isCall: () => true,
  isMatch: (record) => record.isMatch,
  groupKey: (record) => record.group,
  groupValues: (record) => [record.group],
  exception: () => -1,
  id: (record) => record.id,
  values: () => [],
  numbers: () => [],
}

/** An alert, and the place of the record that caused it; what the end of the input caused has the place after the last. */
export interface ToldAt {
  readonly place: number
  readonly alert: Alert
}

/** All that a detector tells of these records, which are read again where `isReplay` says so. */
export function tellAll(
  { options, records }: Pick<ReplayCase, 'options' | 'records'>,
  isRead: (record: Appended, place: number) => boolean,
  isReplay: (record: Appended, place: number) => boolean,
  delay = 0,
): { told: ToldAt[]; withheld: number; late: number } {
  const detector = createDetector(options, reader)
  detector.tick(time(millis(START + 1e9)), 0)
  for (const source of new Set(records.map((record) => record.source))) detector.open(source, false)
  const told: ToldAt[] = []
  const take = (outputs: readonly Output[], place: number) => {
    for (const output of outputs) if (output.kind === 'alert') told.push({ place, alert: output })
  }
  const order = records.map((record, place) => ({ record, place }))
  const turn = ({ record, place }: { record: Appended; place: number }) =>
    record.source === 's1' ? place + delay + 0.5 : place
  order.sort((a, b) => turn(a) - turn(b))
  order.forEach(({ record, place }) => {
    if (isRead(record, place)) take(detector.add(record.source, record, isReplay(record, place)), place)
  })
  take(detector.end(), records.length)
  return { told, withheld: detector.counts.withheld, late: detector.counts.late }
}
