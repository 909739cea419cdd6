import { describe, expect, it } from 'vitest'
import { call, match, RULE, run, TEN, testDetector, told } from './stream.fixture.ts'
import { millis, time } from './time.ts'
import { lastStartUpTo, makeWindow, windowProblem } from './window.ts'

// One block for each question that the README answers, under its number.

const HOUR = 3_600_000
const MINUTE = 60_000
const tumbling = { window: { type: 'tumbling', size: HOUR } } as const
const wall = (hours: number) => time(millis(TEN + hours * HOUR))

describe('1. windows', () => {
  it('holds a record at its start and one at its end less a nanosecond, not one at its end', () => {
    const inside = [match(0), match(1), match(60, { nanos: -1n })]
    expect(run(inside, tumbling)).toEqual(['open 10:59:59+999999999ns 3', 'resolved 10:59:59+999999999ns 3'])
    expect(run([match(0), match(1), match(60)], tumbling)).toEqual([])
  })

  it('does not hold, when continuous, a record exactly one size before its end', () => {
    expect(run([match(0), match(1), match(60)])).toEqual([])
    expect(run([match(0, { nanos: 1n }), match(1), match(60)])).toEqual(['open 11:00 3', 'resolved 11:00 3'])
  })

  it('aligns windows of seven minutes to the epoch', () => {
    const window = makeWindow({ type: 'tumbling', size: 7 * MINUTE })
    if (window.kind === 'continuous') throw new Error('not aligned')
    const start = lastStartUpTo(window, millis(TEN))
    expect(start % millis(7 * MINUTE)).toBe(0n)
    expect(time(start)).toEqual([Math.floor(TEN / (7 * MINUTE)) * 7 * 60, 0])
  })

  it.each([
    [{ type: 'sliding', size: HOUR, slide: 7 * MINUTE }, 'slide'],
    [{ type: 'sliding', size: HOUR, slide: 35 }, 'slide'],
    [{ type: 'tumbling', size: HOUR, slide: MINUTE }, 'slide'],
    [{ type: 'tumbling', size: 0 }, 'size'],
    [{ type: 'tumbling', size: 367 * 24 * HOUR }, 'size'],
    [{ type: 'tumbling', size: HOUR, offset: HOUR }, 'offset'],
    [{ type: 'sliding', size: HOUR, offset: MINUTE }, 'offset'],
  ] as const)('refuses %o for its %s', (options, key) => {
    expect(windowProblem(options)?.key).toBe(key)
  })
})

describe('2. event time', () => {
  it('counts a record without a time nowhere and lets it move nothing', () => {
    const detector = testDetector()
    detector.add('s', { ...match(0), at: [0, 0] })
    expect(detector.counts.noTime).toBe(1)
    expect(detector.watermark('s')).toBeUndefined()
  })

  it('takes times before 1970 like all others', () => {
    const before = (minutes: number) => ({ ...match(0), at: [-86_400 + minutes * 60, 0] as const })
    expect(run([before(0), before(1), before(2)], tumbling)).toEqual(['open 00:02 3', 'resolved 00:02 3'])
  })
})

describe('3. late records', () => {
  const until1010 = [match(0), match(1), call(10)]

  it('counts what is within the disorder, at its own time', () => {
    expect(run([...until1010, match(5)])).toEqual(['open 10:05 3', 'resolved 10:10 3'])
  })

  it('leaves out what is behind the watermark, and counts it as late by its source', () => {
    const detector = testDetector()
    for (const record of [...until1010, match(4)]) expect(detector.add('s', record)).toEqual([])
    expect(detector.counts.late).toBe(1)
    expect(detector.lateBySource().get('s')).toBe(1)
  })

  it('counts what the allowed lateness allows', () => {
    expect(run([...until1010, match(4)], { allowedLateness: 2 * MINUTE })).toEqual([
      'open 10:04 3',
      'resolved 10:10 3',
    ])
  })

  it('opens nothing that ends before a resolve, however late the record may be', () => {
    // A gap in past data is believed when three records confirm it.
    const burst = [match(0), match(1), match(2), call(70), call(71), call(71), call(71)]
    const options = { allowedLateness: 2 * HOUR }
    expect(run([...burst, match(30)], options)).toEqual(['open 10:02 3', 'resolved 11:01 3'])
  })
})

describe('4. sources', () => {
  it('waits for a source that has not spoken, until it is idle', () => {
    const detector = testDetector()
    detector.open('a', false)
    detector.open('b', false)
    for (const minutes of [0, 1, 2]) detector.add('a', match(minutes))
    detector.add('a', call(120))
    for (const minutes of [121, 122, 123]) detector.add('a', call(minutes))
    expect(detector.openEpisodes).toBe(1)
    expect(told(detector.tick(wall(9000), 30_000))).toEqual([])
    detector.add('a', call(124))
    expect(told(detector.tick(wall(9000), 30_000))).toEqual(['resolved 11:01 3'])
  })

  it('never takes a finite source for idle', () => {
    const detector = testDetector()
    detector.open('a', true)
    detector.open('b', true)
    for (const record of [match(0), match(1), match(2), call(5), call(14), call(23)])
      detector.add('a', record)
    for (let hour = 0; hour < 10; hour++) expect(detector.tick(wall(9000 + hour), HOUR)).toEqual([])
    expect(detector.openEpisodes).toBe(1)
  })

  it('moves on by the time that passes when all are silent, not to now', () => {
    const detector = testDetector()
    detector.open('a', false)
    for (const minutes of [0, 1, 2]) detector.add('a', match(minutes))
    detector.tick(wall(9000), MINUTE)
    // The watermark stands at 9:57 and the count falls at 11:01: 64 minutes are needed.
    expect(detector.tick(wall(9001), 63 * MINUTE)).toEqual([])
    expect(told(detector.tick(wall(9001), MINUTE))).toEqual(['resolved 11:01 3'])
  })

  it('takes what a source brings that comes back an hour behind as late', () => {
    const detector = testDetector()
    detector.open('a', false)
    detector.open('b', false)
    detector.add('b', call(0))
    detector.tick(wall(9000), MINUTE)
    for (const minutes of [55, 60, 65, 70]) detector.add('a', call(minutes))
    detector.add('b', match(1))
    expect(detector.lateBySource().get('b')).toBe(1)
  })

  it('lets time under back-pressure count for nothing: no elapsed, no idleness', () => {
    const detector = testDetector()
    detector.open('a', false)
    for (const minutes of [0, 1, 2]) detector.add('a', match(minutes))
    for (let tick = 0; tick < 100; tick++) expect(detector.tick(wall(9000 + tick), 0)).toEqual([])
    expect(detector.openEpisodes).toBe(1)
  })
})

describe('5. the wall clock', () => {
  it('may bring fractions of a millisecond', () => {
    const detector = testDetector()
    detector.open('a', false)
    detector.add('a', match(0))
    for (let tick = 0; tick < 3; tick++) expect(detector.tick(wall(9000), 40_000.5)).toEqual([])
    expect(detector.add('a', match(1))).toEqual([])
  })

  it('resolves nothing when it jumps: only elapsed time counts', () => {
    const detector = testDetector()
    detector.open('a', false)
    for (const minutes of [0, 1, 2]) detector.add('a', match(minutes))
    expect(detector.tick(wall(100_000), 1000)).toEqual([])
    expect(detector.tick(wall(-100_000), 1000)).toEqual([])
    expect(detector.openEpisodes).toBe(1)
  })

  it('lets a record that is later than it by more than the skew neither silence nor alarm', () => {
    const detector = testDetector()
    detector.tick(wall(1), 0)
    detector.open('a', false)
    const wrong = { ...match(0), at: time(millis(Date.UTC(2099, 0, 1))) }
    const outputs = [match(0), wrong, match(1), wrong, wrong, match(2)].flatMap((record) => [
      ...detector.add('a', record),
    ])
    expect(told(outputs)).toEqual(['open 10:02 3'])
    expect(detector.counts.ahead).toBe(3)
  })

  it('believes a jump in past data when the next three records confirm it', () => {
    const far = [match(600), match(601), match(602)]
    expect(run([match(0), match(1), ...far, match(603)])).toEqual(['open 20:02 3', 'resolved 20:03 4'])
    // One wrong clock among records that go on as before.
    expect(run([match(0), match(600), match(1), match(2)], {}, { end: false })).toEqual(['open 10:02 3'])
  })
})

describe('6. groups', () => {
  it('takes null for a group of its own', () => {
    const none = { group: null }
    expect(run([match(0, none), match(1), match(2, none), match(3, none)])).toEqual([
      'open 10:03 3',
      'resolved 10:03 3',
    ])
  })

  it('tells texts from numbers', () => {
    expect(run([match(0, { group: 1 }), match(1, { group: '1' }), match(2, { group: 1 })])).toEqual([])
  })

  it('gives up the longest quiet group without matches first, and never one half way to the threshold', () => {
    const detector = testDetector({ maxGroups: 2 })
    detector.add('s', match(0, { group: 'half' }))
    detector.add('s', match(0, { group: 'half' }))
    for (let group = 0; group < 100; group++) detector.add('s', { ...call(1), group })
    expect(told(detector.add('s', match(2, { group: 'half' })))).toEqual(['open 10:02 3'])
  })

  it('tells in a record what it could not hold', () => {
    const detector = testDetector({ maxGroups: 1 })
    detector.add('s', match(0, { group: 'x' }))
    detector.add('s', match(1, { group: 'x' }))
    expect(told(detector.add('s', match(2, { group: 'y' })))).toEqual(['overflow'])
    expect(detector.add('s', match(3, { group: 'z' }))).toEqual([])
    // What came after the last notice has no later one to wait for.
    const last = detector.end().filter((output) => output.kind === 'overflow')
    expect(last).toMatchObject([{ evicted: 0, refused: 1 }])
    expect(detector.end()).toEqual([])
  })
})

describe('7. duplicates', () => {
  const same = { id: 'x' }

  it('counts an id once while its first record is in the window', () => {
    expect(run([match(0, same), match(0, same), match(1, same), match(59, same)])).toEqual([])
  })

  it('counts it again an hour later, when the first has left', () => {
    expect(run([match(0, same), match(59), match(60, same), match(61)])).toEqual([
      'open 11:01 3',
      'resolved 11:01 3',
    ])
  })

  it('knows each record that was counted under an id, not only the last', () => {
    const records = [match(30, same), match(95, same), call(95), match(5, same)]
    const detector = testDetector({ allowedLateness: 3 * HOUR, maxFutureSkew: 3 * HOUR })
    for (const record of records) detector.add('s', record)
    expect(detector.counts).toMatchObject({ matches: 2, duplicates: 1 })
  })

  it('counts it once in each tumbling window', () => {
    expect(run([match(59, same), match(60, same), match(61), match(62)], tumbling)).toEqual([
      'open 11:02 3',
      'resolved 11:02 3',
    ])
  })

  it('knows it after a restart', () => {
    const before = testDetector()
    before.add('s', match(0, same))
    const { header, entries } = before.snapshot()
    const after = testDetector()
    after.restore(
      header,
      [...entries].flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
    )
    after.add('s', match(0, same))
    expect(after.counts.duplicates).toBe(1)
  })

  it('never takes a record without an id for a duplicate', () => {
    expect(run([match(0), match(0), match(0)])).toEqual(['open 10:00 3', 'resolved 10:00 3'])
  })
})

describe('9. when an alert is sent again', () => {
  const burst = [match(0), match(1), match(2)]

  it('tells an update at most every interval', () => {
    expect(run([...burst, match(5), match(11), match(12), match(13)], {}, { end: false })).toEqual([
      'open 10:02 3',
      'update 10:12 6',
    ])
  })

  it('tells each tumbling window over the threshold once, whatever the interval', () => {
    const next = [match(60), match(61), match(62), match(63)]
    expect(run([...burst, ...next], tumbling, { end: false })).toEqual(['open 10:02 3', 'update 11:02 3'])
  })

  it('opens a new episode, under a new id, after a resolve', () => {
    const detector = testDetector()
    const again = [match(70), match(71), match(72), call(72)]
    const outputs = [...burst, ...again].flatMap((record) => [...detector.add('s', record)])
    const ids = outputs.flatMap((output) => (output.kind === 'alert' ? [output.episodeId] : []))
    expect(told(outputs)).toEqual(['open 10:02 3', 'resolved 11:01 3', 'open 11:12 3'])
    expect(ids[0]).toBe(ids[1])
    expect(ids[2]).not.toBe(ids[0])
  })

  it('names with aligned windows the earliest that reached the threshold', () => {
    const detector = testDetector({ window: { type: 'sliding', size: HOUR, slide: 10 * MINUTE } })
    const outputs = burst.flatMap((record) => [...detector.add('s', record)])
    expect(outputs[0]).toMatchObject({
      windowStart: millis(TEN - 50 * MINUTE),
      windowEnd: millis(TEN + 10 * MINUTE),
    })
  })

  it('gives the same ids for the same records', () => {
    const ids = () => testDetector().add('s', match(0)) && burstIds()
    const burstIds = () => {
      const detector = testDetector()
      return burst.flatMap((record) =>
        detector.add('s', record).map((output) => output.kind === 'alert' && output.alertId),
      )
    }
    expect(ids()).toEqual(burstIds())
  })
})

describe('10. restarts', () => {
  it('goes on in the middle of a window, and tells what filled while it was away', () => {
    const before = testDetector()
    before.add('s', match(0))
    before.add('s', match(1))
    const { header, entries } = before.snapshot()
    const after = testDetector()
    after.restore(
      header,
      [...entries].flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
    )
    // Two hours later it reads what came meanwhile.
    expect(told(after.add('s', match(2)))).toEqual(['open 10:02 3'])
  })

  it('saves partial windows without closing them', () => {
    const detector = testDetector({ ...tumbling, trigger: 'on_close' })
    for (const minutes of [0, 1, 2]) expect(detector.add('s', match(minutes))).toEqual([])
    expect([...detector.snapshot().entries]).toHaveLength(1)
    expect(told(detector.end())).toEqual(['open 11:00 3', 'resolved 11:00 3'])
  })
})

describe('totals', () => {
  it('counts excepted and repeated matches among the calls', () => {
    const detector = testDetector()
    const records = [
      match(0, { id: 'x' }),
      match(0, { id: 'x' }),
      match(1, { isExcepted: true }),
      call(1),
      match(2),
      match(3),
    ]
    const outputs = records.flatMap((record) => [...detector.add('s', record)])
    expect(outputs[0]).toMatchObject({ count: 3, total: 6 })
    expect(detector.counts).toMatchObject({ duplicates: 1, excepted: [1], matches: 3 })
  })

  it('needs a threshold of at least one', () => {
    expect(() => testDetector({ threshold: 0 })).toThrow(RangeError)
    expect(() => testDetector({ ...RULE, recoverBelow: 4 })).toThrow(RangeError)
    expect(() => testDetector({ ...RULE, trigger: 'on_close' })).toThrow(/slide/)
  })
})
