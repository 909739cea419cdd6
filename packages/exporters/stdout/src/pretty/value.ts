import type { AnyValue } from '@lacuna/sdk'
import { jsonValue } from '../json-value.ts'
import { visible } from '../unsafe-text.ts'

/** Characters of one value that are shown, and values of one list. All of it is in the JSON format. */
const MAX_TEXT = 1000
const MAX_LIST = 20

// Made with the first number: it takes as long as half of Node's own start.
let number: Intl.NumberFormat | undefined

/** A value for a person: text without quotes, lists separated by commas. Never steers a terminal. */
export function showValue(value: AnyValue | undefined): string {
  if (value === undefined || value === null) return 'none'
  if (typeof value === 'string') return value === '' ? '""' : showText(value)
  if (typeof value === 'number' && Number.isFinite(value)) {
    number ??= new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 })
    return number.format(value)
  }
  if (Array.isArray(value)) return showList(value)
  return showText(jsonValue(value))
}

/** Text, cut where it is too long, with everything visible that could steer a terminal. */
export function showText(text: string): string {
  return text.length <= MAX_TEXT ? visible(text) : `${visible(text.slice(0, MAX_TEXT))}…`
}

function showList(list: AnyValue[]): string {
  if (list.length === 0) return 'none'
  const shown = list
    .slice(0, MAX_LIST)
    .map((item) => (Array.isArray(item) ? jsonText(item) : showValue(item)))
  const rest = list.length - shown.length
  return rest > 0 ? `${shown.join(', ')}, and ${rest} more` : shown.join(', ')
}

function jsonText(value: AnyValue): string {
  return showText(jsonValue(value))
}

const ISO = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z$/

/** An ISO 8601 time to the second, `2026-09-14 09:12:04`; what is none, as it is. */
export function showTime(value: AnyValue | undefined): string {
  const [, date, time] = (typeof value === 'string' && ISO.exec(value)) || []
  return date === undefined ? showValue(value) : `${date} ${time}`
}

/** Two times, the second without its date when it is the same. */
export function showSpan(from: AnyValue | undefined, to: AnyValue | undefined): string {
  const start = showTime(from)
  const end = showTime(to)
  return `${start} – ${start.slice(0, 11) === end.slice(0, 11) ? end.slice(11) : end} UTC`
}

/** Milliseconds between two ISO 8601 times; `undefined` when there are not two, or they run backward. */
export function between(from: AnyValue | undefined, to: AnyValue | undefined): number | undefined {
  if (typeof from !== 'string' || typeof to !== 'string' || !ISO.test(from) || !ISO.test(to)) return undefined
  const millis = Date.parse(to) - Date.parse(from)
  return millis >= 0 ? millis : undefined
}
