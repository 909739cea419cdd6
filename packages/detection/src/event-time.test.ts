import { expect, test } from 'vitest'
import { EventTime } from './event-time.ts'
import { time } from './time.ts'

const S = 1_000_000_000n

/** Three seconds of disorder, one of lateness, idle after ten, a minute of skew; the wall clock at 1000 s. */
function eventTime(onFrontier?: () => void): EventTime {
  const all = new EventTime(
    { maxOutOfOrderness: 3000, allowedLateness: 1000, idleTimeout: 10_000, maxFutureSkew: 60_000 },
    onFrontier,
  )
  all.tick([1000, 0], 0)
  return all
}

function see(all: EventTime, source: string, seconds: number): void {
  all.observe(all.source(source, false), [seconds, 0])
}

const watermark = (all: EventTime) => (all.watermark === undefined ? undefined : Number(all.watermark / S))

test('the watermark is the least of the active sources, less the disorder, and waits for all of them', () => {
  const all = eventTime()
  all.source('a', false)
  all.source('b', false)
  see(all, 'a', 990)
  expect(watermark(all)).toBeUndefined()
  see(all, 'b', 980)
  expect(watermark(all)).toBe(977)
  see(all, 'b', 995)
  expect(watermark(all)).toBe(987)
})

test('the watermark never goes back, not for an old record nor for a new source', () => {
  const all = eventTime()
  see(all, 'a', 990)
  see(all, 'a', 900)
  see(all, 'b', 950)
  expect(watermark(all)).toBe(987)
})

test('late is what lies behind the watermark by more than the allowed lateness', () => {
  const all = eventTime()
  see(all, 'a', 990)
  expect(all.isLate([986, 0])).toBe(false)
  expect(all.isLate([985, 999_999_999])).toBe(true)
})

test('an idle source holds nobody back; a finite one is never idle', () => {
  const all = eventTime()
  all.source('idle', false)
  see(all, 'a', 990)
  all.tick([1010, 0], 9999)
  expect(watermark(all)).toBeUndefined()
  see(all, 'a', 991)
  all.tick([1010, 0], 1)
  expect(watermark(all)).toBe(988)

  const finite = eventTime()
  finite.source('file', true)
  see(finite, 'a', 990)
  finite.tick([2000, 0], 1_000_000)
  expect(watermark(finite)).toBeUndefined()
})

test('when all are idle time goes to the furthest of them, and on by what elapses, never to the wall clock', () => {
  const all = eventTime()
  see(all, 'a', 990)
  see(all, 'b', 980)
  all.tick([5000, 0], 10_000)
  expect(watermark(all)).toBe(987)
  all.tick([9000, 0], 4000)
  expect(watermark(all)).toBe(991)
})

test('a wrong clock moves neither the watermark nor the frontier', () => {
  const all = eventTime()
  see(all, 'a', 990)
  see(all, 'a', 1061)
  expect(watermark(all)).toBe(987)
  expect(all.frontier).toBe(990n * S)
  expect(all.isAhead([990, 0])).toBe(false)
  expect(all.isAhead([990, 1])).toBe(true)
})

test('the frontier is told while the watermark still stands where it was', () => {
  const seen: (number | undefined)[] = []
  const all = eventTime(() => seen.push(watermark(all)))
  see(all, 'a', 990)
  see(all, 'a', 999)
  expect(seen).toEqual([undefined, 987])
  expect(watermark(all)).toBe(996)
})

test('a source that is closed holds nobody back, and the last one leaves its time', () => {
  const all = eventTime()
  see(all, 'a', 990)
  see(all, 'b', 980)
  all.close('b')
  expect(watermark(all)).toBe(987)
  see(all, 'a', 995)
  all.close('a')
  expect(watermark(all)).toBe(992)
})

test('a watermark of one source is its own time less the disorder', () => {
  const all = eventTime()
  all.source('b', false)
  see(all, 'a', 990)
  expect(all.watermarkOf('a')).toEqual(time(987n * S))
  expect(all.watermarkOf('b')).toBeUndefined()
})

test('event time that was saved and taken back goes on alike', () => {
  const all = eventTime()
  see(all, 'a', 500)
  see(all, 'a', 900)
  const again = eventTime()
  again.load(JSON.parse(JSON.stringify(all.save())))
  for (const second of [901, 902, 903]) {
    see(all, 'a', second)
    see(again, 'a', second)
  }
  expect(watermark(again)).toBe(900)
  expect(again.save()).toEqual(all.save())
})
