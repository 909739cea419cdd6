// Offsets are 64-bit integers that kafkajs gives as decimal text. They are compared as text: exact, and cheaper
// than a bigint for every message.

/** Below zero when `a` comes first, zero when they are the same, above when `b` does. Neither may be negative. */
export function compareOffsets(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}

/** `offset + by`, not below zero. */
export function addToOffset(offset: string, by: bigint): string {
  const sum = BigInt(offset) + by
  return sum < 0n ? '0' : sum.toString()
}

/** How many offsets lie between two, as a number; 0 when `to` comes first. */
export function countBetween(from: string, to: string): number {
  const count = Number(BigInt(to) - BigInt(from))
  return count < 0 ? 0 : count
}

/** The earlier of two. */
export function leastOffset(a: string, b: string): string {
  return compareOffsets(a, b) <= 0 ? a : b
}

/** Kafka's own word for "nothing committed", and the one that kafkajs commits for "the earliest there is". */
export const NONE = '-1'
export const EARLIEST = '-2'
