// A date, and optionally a time down to nanoseconds, and a zone. Linear: no part can match in two ways.
const ISO =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$/

/** The farthest instant a JavaScript date can hold from 1970, in milliseconds. */
const FARTHEST = 8.64e15

/**
 * Reads an ISO 8601 date or date and time, as milliseconds since 1970; null for anything else. Without a zone it
 * is UTC; what is finer than a millisecond is cut off.
 */
export function parseDatetime(text: string): number | null {
  const match = ISO.exec(text)
  if (match === null) return null
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone] =
    match
  const millis = fraction.slice(0, 3).padEnd(3, '0')
  // Date.parse refuses months, hours and minutes out of range, but rolls 30 February over into March.
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}Z`)
  if (Number.isNaN(time) || hour === '24' || new Date(time).getUTCDate() !== Number(day)) return null
  const offset = zoneOffset(zone ?? 'Z')
  return offset === null ? null : time - offset
}

/** A time as ES|QL prints it, with milliseconds and `Z`; null where there is no such date. */
export function formatDatetime(millis: number): string | null {
  return isDatetime(millis) ? new Date(millis).toISOString() : null
}

/** Whether a number of milliseconds since 1970 is a date. */
export function isDatetime(millis: number): boolean {
  return Number.isInteger(millis) && Math.abs(millis) <= FARTHEST
}

function zoneOffset(zone: string): number | null {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || 0)
  if (hours > 18 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
