import type { AnyValue } from '@lacuna/sdk'
import { exactInteger, fitsInt64 } from './exact.ts'

/** A number as JSON writes it. Every part is bounded by the length that is looked at first. */
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const MAX_NUMBER_TEXT = 40

/**
 * A value as an integer; `undefined` when it is none. Numbers with an integral value (`0.0`), bigints, and
 * texts that write such a number are integers; all must fit 64 bits.
 */
export function toInteger(value: AnyValue): number | bigint | undefined {
  // `+ 0` makes zero of minus zero.
  if (typeof value === 'number') return isInt64(value) ? value + 0 : undefined
  if (typeof value === 'bigint') return fitsInt64(value) ? value : undefined
  if (typeof value !== 'string' || value.length > MAX_NUMBER_TEXT) return undefined
  const exact = exactInteger(value)
  if (exact !== undefined) return exact
  const number = toDouble(value)
  return number !== undefined && isInt64(number) ? number : undefined
}

/** Whether a number has an integral value that fits 64 bits. */
function isInt64(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < 2 ** 63
}

/** A value as a number; `undefined` when it is none. */
export function toDouble(value: AnyValue): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'string' || value.length > MAX_NUMBER_TEXT || !NUMBER.test(value)) return undefined
  return Number(value) + 0
}

/** A value as a text; `undefined` for a list, a map or bytes, which have none of their own. */
export function toText(value: AnyValue): string | undefined {
  return typeof value === 'object' ? undefined : String(value)
}

/** A value as a boolean: `true`, `false`, and the texts of them in any case. */
export function toBoolean(value: AnyValue): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string' || value.length > 5) return undefined
  const text = value.toLowerCase()
  return text === 'true' ? true : text === 'false' ? false : undefined
}
