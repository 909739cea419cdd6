import type { AnyValue } from '@lacuna/sdk'
import { code } from './text.ts'

/** Values of a list that are shown, and characters of each. */
const MAX_VALUES = 10
const MAX_VALUE = 200

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })

/** A value as inline code, a list as several, `_none_` for nothing. At most `limit` characters. */
export function showValue(value: AnyValue | undefined, limit: number): string {
  if (value === undefined || value === null) return '_none_'
  if (Array.isArray(value)) return showList(value, limit)
  return code(valueText(value), Math.min(limit, MAX_VALUE))
}

function showList(list: readonly AnyValue[], limit: number): string {
  if (list.length === 0) return '_none_'
  let shown = ''
  let count = 0
  // Room for "… and 1,000,000 more".
  const room = limit - 30
  for (const item of list) {
    if (count === MAX_VALUES) break
    const next = code(valueText(item), Math.min(room, MAX_VALUE))
    if (shown.length + next.length + 2 > room) break
    shown += count === 0 ? next : `, ${next}`
    count++
  }
  const rest = list.length - count
  return rest === 0 ? shown : `${shown}${count === 0 ? '' : ' '}… and ${showNumber(rest)} more`
}

/** The text of a value that is no list of its own: a string as it is, what has no text of its own by its kind. */
export function valueText(value: AnyValue): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value)
  if (value === null) return 'null'
  if (value instanceof Uint8Array) return `${value.length} bytes`
  // What is inside is as deep as a stranger wants it: it is counted, not walked.
  if (Array.isArray(value)) return `list of ${value.length}`
  return `map of ${Object.keys(value).length}`
}

/** A figure with separators (`1,048`); what is no number, as a value. */
export function showNumber(value: AnyValue | undefined): string {
  return typeof value === 'number' && Number.isFinite(value) ? number.format(value) : showValue(value, 60)
}
