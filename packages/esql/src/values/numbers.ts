/** Least value of ES|QL's `long`. */
export const LONG_MIN = -(2n ** 63n)
const LONG_MAX = 2n ** 63n - 1n
/** Least and greatest value of ES|QL's `integer`. */
export const INTEGER_MIN = -(2 ** 31)
export const INTEGER_MAX = 2 ** 31 - 1

/** An integer in the form every value has: a number where that is exact, else a bigint. */
export function shrink(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Whether a value is an integer to ES|QL. A number beyond 2^53 is a double, even if it has no fraction. */
export function isInteger(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isSafeInteger(value)
}

/** Integers that fit a long; null for others. */
export function fitLong(value: bigint): number | bigint | null {
  return value >= LONG_MIN && value <= LONG_MAX ? shrink(value) : null
}

/** A double that is one; null for NaN and the infinities, as ES|QL has it for the results of arithmetic. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
