import type { HrTime } from '@lacuna/sdk'
import type { JsonObject } from './json-text.ts'
import { timeFromNanos } from './numbers.ts'
import { WireError } from './wire-error.ts'

const INTEGER = /^-?\d{1,20}$/
const DECIMAL = /^-?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,5})?$/

/** A 64-bit integer, written as a string or a number. */
export function bigintOf(value: unknown, what: string, min: bigint, max: bigint): bigint {
  let integer: bigint | undefined
  if (typeof value === 'bigint') integer = value
  else if (typeof value === 'number' && Number.isInteger(value)) integer = BigInt(value)
  else if (typeof value === 'string' && INTEGER.test(value)) integer = BigInt(value)
  if (integer !== undefined && integer >= min && integer <= max) return integer
  throw new WireError(`${what} must be an integer of 64 bits, as a string or a number`)
}

/** The same as a number wherever that holds it. */
export function int64Of(value: unknown, what: string): number | bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value === 0 ? 0 : value
  const integer = bigintOf(value, what, -(2n ** 63n), 2n ** 63n - 1n)
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : integer
}

/** A double: a number, or its text, among it what JSON has no number for. */
export function doubleOf(value: unknown, what: string): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value === 'NaN') return Number.NaN
  if (value === 'Infinity') return Number.POSITIVE_INFINITY
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY
  if (typeof value === 'string' && DECIMAL.test(value)) return Number(value)
  throw new WireError(`${what} must be a number`)
}

/** Nanoseconds since 1970; "no time" where the field is missing. */
export function timeField(of: JsonObject, name: string): Readonly<HrTime> {
  const value = of[name]
  if (value === undefined || value === null) return timeFromNanos(0, 0)
  const nanos = bigintOf(value, name, 0n, 2n ** 64n - 1n)
  return timeFromNanos(Number(nanos & 0xffff_ffffn), Number(nanos >> 32n))
}

/** An integer field within bounds, as a number or its text; 0 where it is missing. */
export function integerField(of: JsonObject, name: string, min: number, max: number): number {
  const value = of[name]
  if (value === undefined || value === null) return 0
  const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) {
    return number === 0 ? 0 : number
  }
  throw new WireError(`${name} must be an integer from ${min} to ${max}`)
}

export const UINT32_MAX = 2 ** 32 - 1
export const INT32_MIN = -(2 ** 31)
export const INT32_MAX = 2 ** 31 - 1
