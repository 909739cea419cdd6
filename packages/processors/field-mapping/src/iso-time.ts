import type { HrTime } from '@lacuna/sdk'

const ZERO = 0x30
const DASH = 0x2d
const COLON = 0x3a
const PLUS = 0x2b
const DOT = 0x2e
const COMMA = 0x2c
const SPACE = 0x20
const UPPER_T = 0x54
const LOWER_T = 0x74
const UPPER_Z = 0x5a
const LOWER_Z = 0x7a

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** What lies behind the decimals that were read, to make nanoseconds of them. */
const SCALES = [1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 100, 10]
/** Longer texts are no times, whatever they begin with. */
const MAX_LENGTH = 64

// Records come in the order of time, so nearly all have the date of the one before.
let lastDate = -1
let lastMidnight = 0
let partsDate = ''
let partsMidnight = 0

/**
 * Reads ISO 8601 to the nanosecond: `2026-09-14T10:00:00.1234567Z`, years 0001 to 9999, any number of decimals
 * (those after the ninth are cut off), an offset such as `+02:00`; without one it is UTC. A space may stand
 * for the `T`.
 *
 * Written by hand because it runs for every record and `Date.parse` knows milliseconds only, takes nearly any
 * text for a date, and reads one without an offset in the time zone of the machine.
 *
 * @returns `undefined` when the text is no such time, or names one that does not exist
 *
 * @example
 * ```ts
 * parseIsoTime('1970-01-01T00:00:01.5Z') // [1, 500_000_000]
 * ```
 */
export function parseIsoTime(text: string): HrTime | undefined {
  const length = text.length
  if (length < 19 || length > MAX_LENGTH) return undefined
  const y1 = text.charCodeAt(0) - ZERO
  const y2 = text.charCodeAt(1) - ZERO
  const y3 = text.charCodeAt(2) - ZERO
  const y4 = text.charCodeAt(3) - ZERO
  const o1 = text.charCodeAt(5) - ZERO
  const o2 = text.charCodeAt(6) - ZERO
  const d1 = text.charCodeAt(8) - ZERO
  const d2 = text.charCodeAt(9) - ZERO
  const h1 = text.charCodeAt(11) - ZERO
  const h2 = text.charCodeAt(12) - ZERO
  const m1 = text.charCodeAt(14) - ZERO
  const m2 = text.charCodeAt(15) - ZERO
  const s1 = text.charCodeAt(17) - ZERO
  const s2 = text.charCodeAt(18) - ZERO
  const separator = text.charCodeAt(10)
  // Of 0 to 9 neither the digit nor the digit plus six has a bit above the fourth; of all else one has.
  const digits = y1 | y2 | y3 | y4 | o1 | o2 | d1 | d2 | h1 | h2 | m1 | m2 | s1 | s2
  const raised =
    (y1 + 6) |
    (y2 + 6) |
    (y3 + 6) |
    (y4 + 6) |
    (o1 + 6) |
    (o2 + 6) |
    (d1 + 6) |
    (d2 + 6) |
    (h1 + 6) |
    (h2 + 6) |
    (m1 + 6) |
    (m2 + 6) |
    (s1 + 6) |
    (s2 + 6)
  const hour = h1 * 10 + h2
  if (
    ((digits | raised) & ~15) !== 0 ||
    hour > 23 ||
    m1 > 5 ||
    s1 > 5 ||
    text.charCodeAt(4) !== DASH ||
    text.charCodeAt(7) !== DASH ||
    text.charCodeAt(13) !== COLON ||
    text.charCodeAt(16) !== COLON ||
    (separator !== UPPER_T && separator !== LOWER_T && separator !== SPACE)
  ) {
    return undefined
  }
  const date = ((((((y1 * 10 + y2) * 10 + y3) * 10 + y4) * 10 + o1) * 10 + o2) * 10 + d1) * 10 + d2
  if (date !== lastDate) {
    const midnight = secondsAtMidnight(date)
    if (midnight === undefined) return undefined
    lastMidnight = midnight
    lastDate = date
  }
  const seconds = lastMidnight + hour * 3600 + (m1 * 10 + m2) * 60 + s1 * 10 + s2

  let at = 19
  let nanos = 0
  let mark = length > 19 ? text.charCodeAt(19) : UPPER_Z
  if (mark === DOT || mark === COMMA) {
    const first = ++at
    for (; at < length; at++) {
      const digit = text.charCodeAt(at) - ZERO
      if (digit < 0 || digit > 9) break
      if (at < first + 9) nanos = nanos * 10 + digit
    }
    if (at === first) return undefined
    nanos *= SCALES[at - first] ?? 1
    mark = at < length ? text.charCodeAt(at) : UPPER_Z
  }
  if (mark === UPPER_Z || mark === LOWER_Z) return at + 1 >= length ? [seconds, nanos] : undefined
  const offset = offsetSeconds(text, at, mark)
  return offset === undefined ? undefined : [seconds - offset, nanos]
}

/**
 * The time of a text that a pattern has already taken apart: a date, a clock time `10:00:00`, and seven decimals,
 * all of the right digits. `undefined` when there is no such day.
 */
export function timeOfParts(date: string, clock: string, decimals: string): HrTime | undefined {
  if (date !== partsDate) {
    const midnight = parseIsoTime(`${date}T00:00:00Z`)
    if (midnight === undefined) return undefined
    partsMidnight = midnight[0]
    partsDate = date
  }
  let ticks = 0
  for (let at = 0; at < 7; at++) ticks = ticks * 10 + decimals.charCodeAt(at) - ZERO
  const hours = (clock.charCodeAt(0) - ZERO) * 10 + clock.charCodeAt(1) - ZERO
  const minutes = (clock.charCodeAt(3) - ZERO) * 10 + clock.charCodeAt(4) - ZERO
  const seconds = (clock.charCodeAt(6) - ZERO) * 10 + clock.charCodeAt(7) - ZERO
  return [partsMidnight + hours * 3600 + minutes * 60 + seconds, ticks * 100]
}

/** `+HH:MM`, `+HHMM` or `+HH` up to the end of the text. */
function offsetSeconds(text: string, at: number, sign: number): number | undefined {
  if (sign !== PLUS && sign !== DASH) return undefined
  const rest = text.length - at
  const hours = two(text, at + 1)
  const minutes = rest === 3 ? 0 : two(text, text.length - 2)
  const shaped = rest === 3 || rest === 5 || (rest === 6 && text.charCodeAt(at + 3) === COLON)
  if (!shaped || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined
  const seconds = hours * 3600 + minutes * 60
  return sign === PLUS ? seconds : -seconds
}

/** Two digits as a number; below zero when they are none. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO
  const ones = text.charCodeAt(at + 1) - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

function daysIn(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0)
}

/** Of a date as one number, 20260914; `undefined` when there is no such day. */
function secondsAtMidnight(date: number): number | undefined {
  const day = date % 100
  const month = Math.floor(date / 100) % 100
  const year = Math.floor(date / 10_000)
  if (year < 1 || day < 1 || day > daysIn(year, month)) return undefined
  const before = year - 1
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400)
  const leapDay = month > 2 && isLeap(year) ? 1 : 0
  // 719,162 days lie between 0001-01-01 and 1970-01-01.
  return (
    (before * 365 + leapDays - 719_162 + (DAYS_BEFORE_MONTH[month - 1] ?? 0) + leapDay + day - 1) * 86_400
  )
}
