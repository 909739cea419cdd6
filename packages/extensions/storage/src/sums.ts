import { seal, VALUE_HEAD } from './entry.ts'

/** The key of the sums: see {@link OWN_PREFIX}. */
export const SUMS_KEY: Buffer = Buffer.from('\0sums')

/** The key of what the storage says of itself. */
export const IDENTITY_KEY: Buffer = Buffer.from('\0storage')

/**
 * What all entries together are, kept up to date in each transaction. Each entry's checksum finds a changed entry;
 * this finds one that is missing, or is there again: a page that the disk says it has written and has not.
 */
export interface Sums {
  count: number
  /** Bytes of keys and values as they lie in LMDB. */
  bytes: number
  /** Of the checksums, modulo 2^64: their order does not matter, and one can be taken out. */
  sum: bigint
}

export function noSums(): Sums {
  return { count: 0, bytes: 0, sum: 0n }
}

/** The sums as a value of LMDB, sealed. */
export function encodeSums(sums: Sums): Buffer {
  const bytes = Buffer.alloc(VALUE_HEAD + 24)
  bytes.writeBigUInt64LE(BigInt(sums.count), VALUE_HEAD)
  bytes.writeBigUInt64LE(BigInt(sums.bytes), VALUE_HEAD + 8)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, sums.sum), VALUE_HEAD + 16)
  seal(SUMS_KEY, bytes)
  return bytes
}

/** Whoever calls this has checked the seal. */
export function decodeSums(bytes: Buffer): Sums {
  return {
    count: Number(bytes.readBigUInt64LE(VALUE_HEAD)),
    bytes: Number(bytes.readBigUInt64LE(VALUE_HEAD + 8)),
    sum: bytes.readBigUInt64LE(VALUE_HEAD + 16),
  }
}
