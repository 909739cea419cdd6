import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReplayCase, ToldAt } from './replay-streams.fixture.ts'
import { LONGEST_SILENCE, replayCases, tellAll } from './replay-streams.fixture.ts'
import type { Nanos } from './time.ts'
import { max, millis } from './time.ts'

const LIMITS = {
  seed: Number(process.env.ORACLE_SEED ?? 1),
  numRuns: Number(process.env.ORACLE_RUNS ?? 1000),
  interruptAfterTimeLimit: 60_000,
  endOnFailure: true,
}

/** By source, the place of the first record that is read again: one lookback before the last that was committed. */
function rewound({ options, records, committed }: ReplayCase): Record<string, number> {
  const { size } = options.window
  const lookback = millis(size + options.maxOutOfOrderness + options.allowedLateness + LONGEST_SILENCE)
  return Object.fromEntries(
    Object.entries(committed).map(([source, end]) => {
      const last = records.findLast((record, place) => record.source === source && place < end)
      if (last === undefined) return [source, 0]
      return [source, records.findIndex((record) => record.appendedAt >= last.appendedAt - lookback)]
    }),
  )
}

/** From here on windows hold all that belongs to them. */
function rebuiltFrom({ options, records, committed }: ReplayCase, from: Record<string, number>): Nanos {
  const disorder = millis(options.maxOutOfOrderness)
  return Object.keys(committed).reduce((latest, source) => {
    const first = records.find((record, place) => record.source === source && place >= (from[source] ?? 0))
    return first === undefined ? latest : max(latest, first.at + disorder)
  }, 0n)
}

/** Groups that had an episode which opened before what is read again could show it. */
function groupsInDoubt(
  one: ReplayCase,
  whole: readonly ToldAt[],
  from: Record<string, number>,
): Set<unknown> {
  const rebuilt = rebuiltFrom(one, from)
  const first = Math.min(...Object.values(from))
  const old = whole.filter(({ alert, place }) => alert.status === 'open' && place < one.processed)
  const inDoubt = old.filter(({ alert }) => {
    const end = whole.find((other) => other.alert.status === 'resolved' && same(other, alert.episodeId))
    return alert.windowStart < rebuilt && (end === undefined || end.place >= first)
  })
  return new Set(inDoubt.map(({ alert }) => alert.group[0]))
}

const same = ({ alert }: ToldAt, episodeId: string) => alert.episodeId === episodeId
const idsOf = (told: readonly ToldAt[]) => new Set(told.map(({ alert }) => alert.alertId))

test('a restart that reads one lookback again loses no alert, makes none up, and withholds none that was not told', () => {
  let compared = 0
  let withheld = 0
  let doubtful = 0
  fc.assert(
    fc.property(replayCases, (one) => {
      const { committed, processed, records } = one
      const from = rewound(one)
      const isRead = (record: { source: string }, place: number) => place >= (from[record.source] ?? 0)
      const isReplay = (record: { source: string }, place: number) => place < (committed[record.source] ?? 0)
      const whole = tellAll(
        one,
        () => true,
        () => false,
      )
      expect(whole.late, 'nothing is late here').toBe(0)
      // A position is committed only when all that was told until then has been delivered.
      const before = whole.told.filter(({ place }) => place < processed)
      const after = tellAll(one, isRead, isReplay, one.delay)
      // The same without knowing that it is read again: what is missing from the other was withheld.
      const unaware = tellAll(one, isRead, () => false, one.delay)

      for (const { alert, place } of after.told) {
        const trigger = records[place]
        const isAgain = trigger !== undefined && isReplay(trigger, place)
        if (alert.status === 'open') expect(isAgain && alert.isContinued, 'told as new').toBe(false)
      }

      const doubt = groupsInDoubt(one, whole.told, from)
      const clear = (told: readonly ToldAt[]) => told.filter(({ alert }) => !doubt.has(alert.group[0]))
      doubtful += doubt.size
      const [knownBefore, told] = [clear(before), clear(after.told)]
      const union = idsOf([...knownBefore, ...told])
      for (const { alert } of clear(whole.told)) {
        expect(union, `${alert.status} at ${alert.at} of ${alert.group} is lost`).toContain(alert.alertId)
        compared++
      }
      const all = idsOf(whole.told)
      const isEven = Object.values(committed).every((end) => end === processed)
      for (const { alert } of told) {
        if (isEven) expect(all, `${alert.status} at ${alert.at} is made up`).toContain(alert.alertId)
      }
      const toldAgain = idsOf(after.told)
      for (const { alert } of clear(unaware.told)) {
        if (toldAgain.has(alert.alertId)) continue
        expect(idsOf(before), `${alert.status} at ${alert.at} was never told`).toContain(alert.alertId)
      }
      withheld += after.withheld
    }),
    LIMITS,
  )
  expect([compared > 1000, withheld > 500, doubtful > 100]).toEqual([true, true, true])
}, 120_000)
