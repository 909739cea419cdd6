/** OpenTelemetry's time: whole seconds since 1970 and nanoseconds 0 to 999,999,999. Negative before 1970. */
export type HrTime = [seconds: number, nanoseconds: number]

/** "No time": what OTLP writes as zero. */
export const NO_TIME: Readonly<HrTime> = Object.freeze([0, 0]) as unknown as Readonly<HrTime>

/** Milliseconds since 1970 as a time; a fraction is kept to the nanosecond, as far as a double holds it. */
export function fromMillis(millis: number): HrTime {
  const seconds = Math.floor(millis / 1000)
  const nanoseconds = Math.round((millis - seconds * 1000) * 1e6)
  // Half a nanosecond below a whole second rounds up into the next one.
  return nanoseconds === 1e9 ? [seconds + 1, 0] : [seconds, nanoseconds]
}

/** A time in whole milliseconds since 1970, rounded down. */
export function toMillis(time: Readonly<HrTime>): number {
  return time[0] * 1000 + Math.floor(time[1] / 1e6)
}

/** A time in nanoseconds since 1970. */
export function toNanos(time: Readonly<HrTime>): bigint {
  return BigInt(time[0]) * 1_000_000_000n + BigInt(time[1])
}

/** Nanoseconds since 1970 as a time. */
export function fromNanos(nanos: bigint): HrTime {
  const rest = nanos % 1_000_000_000n
  const nanoseconds = rest < 0n ? rest + 1_000_000_000n : rest
  return [Number((nanos - nanoseconds) / 1_000_000_000n), Number(nanoseconds)]
}

/** Below zero when `a` is earlier, zero when equal, above when later. */
export function compareTimes(a: Readonly<HrTime>, b: Readonly<HrTime>): number {
  return a[0] - b[0] || a[1] - b[1]
}

/** Whether a record carries a time at all. */
export function hasTime(time: Readonly<HrTime>): boolean {
  return time[0] !== 0 || time[1] !== 0
}

/**
 * ISO 8601 in UTC with nine decimals.
 *
 * @example
 * ```ts
 * formatTime([1_789_380_000, 123_456_700]) // '2026-09-14T10:00:00.123456700Z'
 * ```
 */
export function formatTime(time: Readonly<HrTime>): string {
  if (time[0] !== lastSeconds) {
    lastText = secondsText(time[0])
    lastSeconds = time[0]
  }
  return `${lastText}.${String(time[1]).padStart(9, '0')}Z`
}

/** Records of one second come together, and a date is the costly part of its text. */
let lastSeconds = 0
let lastText = '1970-01-01T00:00:00'

function secondsText(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? '0000-00-00T00:00:00' : date.toISOString().slice(0, -5)
}
