import { expect, test } from 'vitest'
import type { SourceClock } from './source-clock.ts'
import { believePending, observeUnusual, sourceClock } from './source-clock.ts'

const S = 1_000_000_000n
const SKEW = 10n * S
const DISORDER = 2n * S

/** A clock of old data, by a wall clock that stands at 1000 s. */
function observe(clock: SourceClock, ...seconds: number[]): (number | undefined)[] {
  return seconds.map((second) => {
    observeUnusual(clock, [second, 0], 0n, { future: 1010n * S, skew: SKEW, disorder: DISORDER })
    return clock.greatest?.[0]
  })
}

test('the first record is believed, wherever it lies in the past', () => {
  expect(observe(sourceClock('a', true), 5)).toEqual([5])
})

test('what the wall clock has not come to yet is not believed, and is no opinion on a jump', () => {
  expect(observe(sourceClock('a', true), 5, 1011)).toEqual([5, 5])
  expect(observe(sourceClock('a', true), 1011)).toEqual([undefined])
  expect(observe(sourceClock('a', true), 5, 100, 1011, 1011, 1011, 1011)).toEqual([5, 5, 5, 5, 5, 5])
})

test('a step of exactly the skew is no jump; one more nanosecond is', () => {
  const clock = sourceClock('a', true)
  expect(observe(clock, 5, 15)).toEqual([5, 15])
  observeUnusual(clock, [25, 1], 0n, { future: 1010n * S, skew: SKEW, disorder: DISORDER })
  expect(clock.greatest).toEqual([15, 0])
})

test('a jump is believed when three records agree with it, each within the disorder', () => {
  expect(observe(sourceClock('a', true), 5, 100, 98, 101, 99)).toEqual([5, 5, 5, 5, 101])
})

test('a jump is refuted by one record before it, and what came in between counts', () => {
  expect(observe(sourceClock('a', true), 5, 100, 6, 7)).toEqual([5, 5, 6, 7])
  expect(observe(sourceClock('a', true), 5, 100, 97)).toEqual([5, 5, 5])
})

test('a jump to the present is a jump like any other: it may be one wrong clock in a backfill', () => {
  expect(observe(sourceClock('a', true), 5, 990, 6, 7)).toEqual([5, 5, 6, 7])
})

test('a step that the silence before it explains is believed at once', () => {
  const clock = sourceClock('a', false)
  observe(clock, 5)
  observeUnusual(clock, [500, 0], 485n * S, { future: 1010n * S, skew: SKEW, disorder: DISORDER })
  expect(clock.greatest).toEqual([500, 0])
})

test('at the end of the input a jump that nobody refuted is believed', () => {
  const clock = sourceClock('a', true)
  observe(clock, 5, 100, 99)
  expect(believePending(clock)).toBe(true)
  expect(clock.greatest).toEqual([100, 0])
  expect(believePending(clock)).toBe(false)
})

test('no more than four times ever wait', () => {
  const clock = sourceClock('a', true)
  for (let second = 20; second < 900; second += 20) {
    observe(clock, second)
    expect(clock.pending.length).toBeLessThan(4)
  }
})
