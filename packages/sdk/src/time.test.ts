import { describe, expect, it } from 'vitest'
import {
  compareTimes,
  formatTime,
  fromMillis,
  fromNanos,
  type HrTime,
  hasTime,
  NO_TIME,
  toMillis,
  toNanos,
} from './time.ts'

const TIMES: HrTime[] = [
  [0, 0],
  [0, 1],
  [1_789_380_000, 123_456_700],
  [-1, 999_999_999],
  [-62_135_596_800, 0],
  [253_402_300_799, 999_999_999],
]

describe('time', () => {
  it('goes to nanoseconds and back without loss, before 1970 too', () => {
    for (const time of TIMES) expect(fromNanos(toNanos(time))).toEqual(time)
    expect(toNanos([-1, 999_999_999])).toBe(-1n)
    expect(fromNanos(-1_000_000_000n)).toEqual([-1, 0])
  })

  it('goes from milliseconds and back, before 1970 too', () => {
    for (const millis of [0, 1, 999, 1000, -1, -1000, -1001, 1_789_380_000_123])
      expect(toMillis(fromMillis(millis))).toBe(millis)
    expect(fromMillis(-1)).toEqual([-1, 999_000_000])
  })

  it('keeps a fraction of a millisecond', () => {
    expect(fromMillis(1.5)).toEqual([0, 1_500_000])
  })

  it('never gives a whole second of nanoseconds', () => {
    expect(fromMillis(999.9999999)).toEqual([1, 0])
    expect(fromMillis(-0.0000001)).toEqual([0, 0])
  })

  it('rounds down to milliseconds', () => {
    expect(toMillis([0, 1_999_999])).toBe(1)
    expect(toMillis([-1, 999_999_999])).toBe(-1)
  })

  it('compares by seconds first and nanoseconds second', () => {
    expect(compareTimes([1, 5], [2, 0])).toBeLessThan(0)
    expect(compareTimes([2, 1], [2, 0])).toBeGreaterThan(0)
    expect(compareTimes([2, 1], [2, 1])).toBe(0)
    expect(compareTimes([-1, 999_999_999], [0, 0])).toBeLessThan(0)
  })

  it('knows no time from the first nanosecond of 1970', () => {
    expect(hasTime(NO_TIME)).toBe(false)
    expect(hasTime([0, 1])).toBe(true)
    expect(hasTime([-1, 0])).toBe(true)
  })

  it('does not let anyone change the shared "no time"', () => {
    expect(Object.isFrozen(NO_TIME)).toBe(true)
  })

  it('is written with nine decimals', () => {
    expect(formatTime([1_789_380_000, 123_456_700])).toBe('2026-09-14T10:00:00.123456700Z')
    expect(formatTime([0, 7])).toBe('1970-01-01T00:00:00.000000007Z')
  })

  it('is written for any year, and for what is no date at all', () => {
    expect(formatTime([-62_135_596_800, 0])).toBe('0001-01-01T00:00:00.000000000Z')
    expect(formatTime([253_402_300_800, 0])).toBe('+010000-01-01T00:00:00.000000000Z')
    expect(formatTime([1e18, 0])).toBe('0000-00-00T00:00:00.000000000Z')
    expect(formatTime([Number.NaN, 0])).toBe('0000-00-00T00:00:00.000000000Z')
  })
})
