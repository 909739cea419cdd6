/** The one day of the sample, UTC: a Monday, and long past, so that no wall clock has a say in it. */
export const DATE = '2026-09-14'

/** Milliseconds since 1970 of a time of that day, `09:12:07` or `09:12:07.250`. */
export function clock(time: string): number {
  const ms = Date.parse(`${DATE}T${time}Z`)
  if (Number.isNaN(ms)) throw new RangeError(`not a time of day: ${time}`)
  return ms
}

export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
