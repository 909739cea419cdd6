import type { AnyValue } from '@lacuna/sdk'
import { formatDuration } from '@lacuna/sdk'
import { showValue } from './value.ts'

const ISO = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z$/

/** An ISO 8601 time to the second, `2026-09-14 09:12:04`; what is none, as a value. */
export function showTime(value: AnyValue | undefined): string {
  const [, date, time] = (typeof value === 'string' && ISO.exec(value)) || []
  return date === undefined ? showValue(value, 60) : `${date} ${time}`
}

/** Two times in UTC, the second without its date when it is the same. */
export function showSpan(from: AnyValue | undefined, to: AnyValue | undefined): string {
  const start = showTime(from)
  const end = showTime(to)
  const sameDay = millisOf(from) !== undefined && start.slice(0, 11) === end.slice(0, 11)
  return `${start} – ${sameDay ? end.slice(11) : end} UTC`
}

/** How long it is from one ISO 8601 time to another, `41m5s`; `undefined` when there are not two in order. */
export function showLength(from: AnyValue | undefined, to: AnyValue | undefined): string | undefined {
  const start = millisOf(from)
  const end = millisOf(to)
  if (start === undefined || end === undefined || end < start) return undefined
  return end - start < 1000 ? 'less than 1s' : formatDuration(Math.floor((end - start) / 1000) * 1000)
}

/** Milliseconds since 1970 of an ISO 8601 time in UTC. */
export function millisOf(value: AnyValue | undefined): number | undefined {
  if (typeof value !== 'string' || !ISO.test(value)) return undefined
  const millis = Date.parse(value)
  return Number.isNaN(millis) ? undefined : millis
}
