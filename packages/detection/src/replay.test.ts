import { describe, expect, it } from 'vitest'
import type { Alert, Output } from './alert.ts'
import type { DetectorOptions } from './options.ts'
import type { TestRecord } from './stream.fixture.ts'
import { call, testDetector as detectorOf, match, TEN, told } from './stream.fixture.ts'
import { millis, time } from './time.ts'

const LATER = time(millis(TEN + 365 * 86_400_000))

// A step of two hours is no wrong clock here.
const testDetector = (options: Partial<DetectorOptions> = {}) =>
  detectorOf({ maxFutureSkew: 2 * 3_600_000, ...options })

/** What is told of these records; those before `committed` are read again. */
function again(records: readonly TestRecord[], committed: number, options: Partial<DetectorOptions> = {}) {
  const detector = testDetector(options)
  detector.open('p', false)
  const outputs = records.flatMap((record, index) => [...detector.add('p', record, index < committed)])
  return { detector, outputs }
}

const alerts = (outputs: readonly Output[]) =>
  outputs.filter((output): output is Alert => output.kind === 'alert')
const ids = (outputs: readonly Output[]) => alerts(outputs).map((alert) => alert.alertId)

// A quiet hour before, so that what is read again holds whole windows.
const quiet = Array.from({ length: 14 }, (_, index) => call(index * 5 - 70))
const burst = [...quiet, match(0), match(1), match(2), call(20), match(21), call(30)]

describe('what is read again', () => {
  it('tells nothing that was told before, and counts what it withholds', () => {
    const { detector, outputs } = again(burst, burst.length)
    expect(outputs).toEqual([])
    expect([detector.counts.withheld, detector.openEpisodes]).toEqual([2, 1])
  })

  it.each([0, 5, 14, 15, 16, 17, 18, 19])(
    'with what follows tells the same ids after %i records',
    (committed) => {
      const whole = again([...burst, match(40), call(110)], 0).outputs
      const before = again(burst.slice(0, committed), 0).outputs
      const after = again([...burst, match(40), call(110)], committed).outputs
      expect(new Set([...ids(before), ...ids(after)])).toEqual(new Set(ids(whole)))
      expect(ids(before).filter((id) => ids(after).includes(id))).toEqual([])
    },
  )

  it('tells the alert that one record for the first time completes', () => {
    expect(told(again(burst, 16).outputs)[0]).toBe('open 10:02 3')
    expect(alerts(again(burst, 16).outputs)[0]?.isContinued).toBe(false)
  })

  it('goes on with an episode that may be older as an update, never as new', () => {
    // It begins amid the burst: nobody knows what was before.
    const { outputs } = again([match(0), match(1), match(2), match(20), call(80), call(88)], 3)
    expect(told(outputs)).toEqual(['update 10:20 4', 'resolved 11:02 4'])
    expect(alerts(outputs).map((alert) => alert.isContinued)).toEqual([true, true])
  })

  it('tells of such an episode as an update also where it opens with a record of another source', () => {
    const detector = testDetector()
    detector.open('p', false)
    detector.open('q', false)
    detector.add('q', match(1))
    detector.add('p', match(0), true)
    expect(told(detector.add('p', match(2), true))).toEqual(['update 10:02 3'])
  })

  it('leaves to the silence after it what silence causes', () => {
    const { detector } = again(burst.slice(0, 17), 17)
    expect(told(detector.tick(LATER, 60_000))).toEqual([])
    expect(told(detector.tick(LATER, 65 * 60_000))).toEqual(['resolved 11:01 3'])
  })

  it('tells again what only the new records of another source made the watermark pass', () => {
    const detector = testDetector({ maxOutOfOrderness: 0 })
    detector.open('p', true)
    detector.open('q', true)
    for (const record of [...quiet, match(0), match(1), match(2)]) detector.add('p', record, true)
    for (const minutes of [0, 9, 18, 27, 36, 45, 54, 62]) detector.add('q', call(minutes))
    for (const minutes of [11, 20, 29, 38, 47, 56]) expect(detector.add('p', call(minutes), true)).toEqual([])
    expect(told(detector.add('p', call(61), true))).toEqual(['resolved 11:01 3'])
  })

  it('rebuilds groups behind the time that other sources have come to', () => {
    const detector = testDetector()
    detector.open('p', false)
    for (const minutes of [0, 9, 18, 27, 36, 45, 54, 63]) detector.add('p', call(minutes))
    detector.open('q', false)
    const other = { group: 'b' }
    for (const record of [match(1, other), match(2, other)])
      expect(detector.add('q', record, true)).toEqual([])
    expect(detector.counts.late).toBe(0)
    expect(told(detector.add('q', match(3, other)))).toEqual(['open 10:03 3'])
  })

  it('is no excuse for records that come behind what their own source said', () => {
    const detector = testDetector()
    detector.open('p', false)
    detector.add('p', match(20), true)
    detector.add('p', match(10), true)
    expect(detector.counts.late).toBe(1)
    expect(detector.lateBySource()).toEqual(new Map([['p', 1]]))
  })

  it('stays known as such in a snapshot', () => {
    const { detector } = again([match(0), match(1)], 2)
    const { header, entries } = detector.snapshot()
    const restored = testDetector()
    restored.restore(
      header,
      [...entries].flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
    )
    expect(restored.add('p', match(2), true)).toEqual([])
    expect(restored.counts.withheld).toBe(1)
    expect(alerts(restored.add('p', match(20))).map((alert) => [alert.status, alert.isContinued])).toEqual([
      ['update', true],
    ])
  })
})

describe('a source that is lost', () => {
  it('takes its groups and episodes along, untold', () => {
    const detector = testDetector()
    detector.open('p', false)
    detector.open('q', false)
    for (const minutes of [0, 1, 2]) {
      detector.add('p', match(minutes))
      detector.add('q', match(minutes, { group: 'b' }))
    }
    expect(detector.openEpisodes).toBe(2)
    expect(detector.lose('p')).toEqual([])
    expect([detector.openEpisodes, detector.groups]).toEqual([1, 1])
    const { entries } = detector.snapshot()
    expect([...entries].map(([key]) => key)).toEqual(['["b"]'])
  })

  it('is said to be gone in the next snapshot', () => {
    const detector = testDetector()
    detector.add('p', match(0))
    detector.snapshot()
    detector.lose('p')
    expect([...detector.snapshot().entries]).toEqual([['["a"]', undefined]])
  })

  it('leaves groups that others are part of, until they are lost too', () => {
    const detector = testDetector()
    for (const source of ['p', 'q']) detector.open(source, false)
    detector.add('p', match(0))
    detector.add('q', match(1))
    detector.lose('p')
    expect(detector.groups).toBe(1)
    expect(told(detector.add('q', match(2)))).toEqual(['open 10:02 3'])
    expect(detector.lose('q')).toEqual([])
    expect([detector.groups, detector.lag]).toEqual([0, 0])
  })

  it('begins anew in event time when all are lost', () => {
    const detector = testDetector()
    detector.open('p', false)
    detector.add('p', match(600))
    detector.lose('p')
    detector.open('q', false)
    for (const minutes of [0, 1, 2]) detector.add('q', match(minutes))
    expect([detector.counts.late, detector.openEpisodes]).toEqual([0, 1])
  })

  it('holds the others back no longer, and what it waited to say is forgotten', () => {
    const detector = testDetector()
    for (const source of ['p', 'q']) detector.open(source, false)
    for (const minutes of [0, 1, 2]) detector.add('q', match(minutes))
    detector.add('p', call(0))
    detector.add('p', match(500, { group: 'ahead' }))
    for (const minutes of [10, 19, 28, 37, 46, 55, 64, 70]) detector.add('q', call(minutes))
    expect(told(detector.lose('p'))).toEqual(['resolved 11:01 3'])
    expect(told(detector.end())).toEqual([])
    expect(detector.counts.matches).toBe(3)
  })

  it('comes back without counting anything twice', () => {
    const detector = testDetector()
    for (const source of ['p', 'q']) detector.open(source, false)
    detector.add('q', match(0, { id: 'q0' }))
    detector.add('p', match(1, { id: 'p1' }))
    detector.lose('p')
    detector.open('p', false)
    expect(detector.add('p', match(1, { id: 'p1' }), true)).toEqual([])
    expect(detector.counts.duplicates).toBe(1)
  })
})
