import type { CastType } from '../syntax/ast.ts'
import { isDatetime, parseDatetime } from '../values/datetime.ts'
import { formatIp, parseIp } from '../values/ip.ts'
import { finite, fitLong, INTEGER_MAX, INTEGER_MIN } from '../values/numbers.ts'

const DIGITS = /^[+-]?\d+$/
// The fraction is optional as a whole: `\d+\.?\d*` would take quadratic time on hostile digits.
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
/** Digits of the greatest long. */
const LONG_DIGITS = 19

type Convert = (value: unknown) => unknown

/** How each type is made of one value; null where it cannot be. */
export const conversions: Readonly<Record<CastType, Convert>> = {
  integer: toInteger,
  long: toLong,
  double: toDouble,
  string: toText,
  boolean: toBoolean,
  ip: toIp,
  datetime: toDatetime,
}

function toInteger(value: unknown): number | null {
  const long = toLong(value)
  return typeof long === 'number' && long >= INTEGER_MIN && long <= INTEGER_MAX ? long : null
}

/** A fraction is rounded, halves upwards, as in ES|QL. */
function toLong(value: unknown): number | bigint | null {
  switch (typeof value) {
    case 'number': {
      if (!Number.isFinite(value)) return null
      const rounded = Math.round(value) + 0
      return Number.isSafeInteger(rounded) ? rounded : fitLong(BigInt(rounded))
    }
    case 'bigint':
      return fitLong(value)
    case 'boolean':
      return value ? 1 : 0
    case 'string':
      return DIGITS.test(value) ? digitsToLong(value) : toLong(toDouble(value))
    default:
      return null
  }
}

function digitsToLong(text: string): number | bigint | null {
  const digits = text.replace(/^[+-]?0*(?=\d)/, '')
  // Without this bound a text of a million digits would take seconds.
  if (digits.length > LONG_DIGITS) return null
  return fitLong(text.startsWith('-') ? -BigInt(digits) : BigInt(digits))
}

function toDouble(value: unknown): number | null {
  switch (typeof value) {
    case 'number':
      return value
    case 'bigint':
      return finite(Number(value))
    case 'boolean':
      return value ? 1 : 0
    case 'string':
      return DECIMAL.test(value) ? finite(Number(value)) : null
    default:
      return null
  }
}

function toText(value: unknown): string | null {
  if (typeof value === 'string') return value
  const isPlain = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
  return isPlain ? String(value) : null
}

/** Every text but `true`, in any case, is false. */
function toBoolean(value: unknown): boolean | null {
  switch (typeof value) {
    case 'boolean':
      return value
    case 'number':
      return value !== 0
    case 'bigint':
      return value !== 0n
    case 'string':
      return value.length === 4 && value.toLowerCase() === 'true'
    default:
      return null
  }
}

function toIp(value: unknown): string | null {
  const key = typeof value === 'string' ? parseIp(value) : null
  return key === null ? null : formatIp(key)
}

/** Of a text in ISO 8601, or of milliseconds since 1970. */
export function toDatetime(value: unknown): number | null {
  if (typeof value === 'string') return parseDatetime(value)
  const millis = typeof value === 'number' || typeof value === 'bigint' ? toLong(value) : null
  return typeof millis === 'number' && isDatetime(millis) ? millis : null
}
