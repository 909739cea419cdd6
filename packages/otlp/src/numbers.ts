import type { HrTime } from '@lacuna/sdk'
import { NO_TIME } from '@lacuna/sdk'

const TWO_32 = 2 ** 32
const NANOS = 1_000_000_000

/**
 * A signed 64-bit integer from its halves (both unsigned): a number where one holds it, else a bigint.
 */
export function int64(low: number, high: number): number | bigint {
  const signed = high | 0
  if (signed >= -0x20_0000 && signed < 0x20_0000) {
    const value = signed * TWO_32 + low
    if (Number.isSafeInteger(value)) return value
  }
  return (BigInt(signed) << 32n) | BigInt(low)
}

/**
 * Nanoseconds since 1970 from the halves of an unsigned 64-bit integer. By long division in three steps, each
 * within what a double holds: a bigint for each time would cost more than the rest of a record's fields.
 */
export function timeFromNanos(low: number, high: number): Readonly<HrTime> {
  if (low === 0 && high === 0) return NO_TIME
  const upper = Math.floor(high / NANOS)
  const middle = (high - upper * NANOS) * 65536 + (low >>> 16)
  const middleSeconds = Math.floor(middle / NANOS)
  const lower = (middle - middleSeconds * NANOS) * 65536 + (low & 0xffff)
  const lowerSeconds = Math.floor(lower / NANOS)
  return [upper * TWO_32 + middleSeconds * 65536 + lowerSeconds, lower - lowerSeconds * NANOS]
}

/** Whole seconds in 64 bits of nanoseconds. */
const MAX_SECONDS = 18_446_744_073

/** Whether OTLP can say this time: from 1970, in 64 bits of nanoseconds (until 2554), and not "no time". */
export function isWireTime([seconds, nanoseconds]: Readonly<HrTime>): boolean {
  if (!(seconds >= 0 && nanoseconds >= 0 && nanoseconds < NANOS)) return false
  if (seconds === 0 && nanoseconds === 0) return false
  return seconds < MAX_SECONDS || (seconds === MAX_SECONDS && nanoseconds <= 709_551_615)
}

/** Whether OTLP's `int64` holds it. */
export function isInt64(value: bigint): boolean {
  return value >= -(2n ** 63n) && value < 2n ** 63n
}

/** What a `uint32` holds of a count: 0 for what is none, the greatest for what is greater. */
export function uint32(count: number): number {
  if (!(count > 0)) return 0
  return count < TWO_32 ? Math.floor(count) : TWO_32 - 1
}

/**
 * Whether a number goes out as an integer unless it is marked as a double. What is beyond 2^53 came as a double
 * (an integer would be a bigint), and no integer is -0.
 */
export function isWireInteger(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0)
}

/** What {@link toWords} left: the halves of a 64-bit integer, unsigned. */
export const words = { low: 0, high: 0 }

/** Nanoseconds since 1970 of a time for which {@link isWireTime} holds, as the halves of a 64-bit integer. */
export function toWords([seconds, nanoseconds]: Readonly<HrTime>): void {
  // Seconds (34 bits) times 10^9 (30 bits), in 16-bit steps from below.
  const lower = (seconds & 0xffff) * NANOS + nanoseconds
  const rest = Math.floor(seconds / 65536)
  const upper = rest * NANOS + Math.floor(lower / 65536)
  words.low = ((upper % 65536) * 65536 + (lower % 65536)) >>> 0
  words.high = Math.floor(upper / 65536)
}
