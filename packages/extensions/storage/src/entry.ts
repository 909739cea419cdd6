import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * How one entry lies in LMDB.
 *
 * Key: the space, a zero byte, the key as UTF-8. LMDB takes keys of up to 1,978 bytes; one of more than
 * {@link MAX_PLAIN_KEY}, or one with half a surrogate pair in it, is its first bytes, 0xff (never in UTF-8), and
 * SHA-256 of the whole, which then lies in the value.
 *
 * Value: CRC-32 of LMDB's key and of all that follows, a {@link KeyForm}, for a hashed key its length and itself, then
 * the bytes of the caller.
 */
export const MAX_PLAIN_KEY = 1024

/** Longer spaces are refused: they are ids of components. */
export const MAX_SPACE = 255

/** The greatest key and value. Nothing of ours comes near; they keep a length that is no length from being taken. */
export const MAX_KEY = 64 * 2 ** 20
export const MAX_VALUE = 512 * 2 ** 20

/** Where the key is and how it is written. */
export const KEY_PLAIN = 0
export const KEY_HASHED_UTF8 = 1
export const KEY_HASHED_UTF16 = 2
export type KeyForm = typeof KEY_PLAIN | typeof KEY_HASHED_UTF8 | typeof KEY_HASHED_UTF16

/** CRC-32 and the form of the key. */
export const VALUE_HEAD = 5

/** Entries of the storage itself have a key that begins like this: no space is empty. */
export const OWN_PREFIX = 0

/** LMDB's key for one that does not fit, or has no UTF-8. `prefix` is the space and its zero byte. */
export function hashedKey(prefix: Uint8Array, key: Uint8Array, form: KeyForm): Buffer {
  const utf8 = form === KEY_HASHED_UTF16 ? Buffer.from(Buffer.from(key).toString('utf16le')) : key
  const hash = createHash('sha256').update(key).digest()
  return Buffer.concat([prefix, utf8.subarray(0, MAX_PLAIN_KEY), Buffer.of(0xff), hash])
}

/** The value for a key that is hashed, without its checksum: see {@link seal}. */
export function valueWithKey(key: Uint8Array, form: KeyForm, value: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(VALUE_HEAD + 4 + key.length + value.length)
  bytes[4] = form
  bytes.writeUInt32LE(key.length, VALUE_HEAD)
  bytes.set(key, VALUE_HEAD + 4)
  bytes.set(value, VALUE_HEAD + 4 + key.length)
  return bytes
}

/** Writes the checksum into a value's first four bytes, and gives it. */
export function seal(lmdbKey: Uint8Array, value: Buffer): number {
  const sum = checksum(lmdbKey, value)
  value.writeUInt32LE(sum, 0)
  return sum
}

/** The checksum as it should be. */
function checksum(lmdbKey: Uint8Array, value: Uint8Array): number {
  return crc32(value.subarray(4), crc32(lmdbKey))
}

/** One entry as the caller knows it. */
export interface Entry {
  readonly space: string
  readonly key: string
  readonly value: Uint8Array
  /** Whether other keys may share all that LMDB sorts by. */
  readonly hashed: boolean
}

/**
 * Reads an entry back. The value is a view of the bytes it is given.
 *
 * @returns the entry, or a sentence that says what is wrong
 */
export function openEntry(lmdbKey: Buffer, bytes: Buffer): Entry | string {
  if (bytes.length < VALUE_HEAD) return 'it is shorter than any value'
  if (bytes.readUInt32LE(0) !== checksum(lmdbKey, bytes)) return 'its checksum is wrong'
  const zero = lmdbKey.indexOf(0)
  if (zero < 0) return 'its key has no space'
  const space = lmdbKey.toString('utf8', 0, zero)
  const form = bytes[4]
  if (form === KEY_PLAIN) {
    const key = lmdbKey.toString('utf8', zero + 1)
    return { space, key, value: bytes.subarray(VALUE_HEAD), hashed: false }
  }
  if (form !== KEY_HASHED_UTF8 && form !== KEY_HASHED_UTF16) return 'its key has an unknown form'
  if (bytes.length < VALUE_HEAD + 4) return 'it is shorter than its key'
  const length = bytes.readUInt32LE(VALUE_HEAD)
  const start = VALUE_HEAD + 4
  if (start + length > bytes.length) return 'it is shorter than its key'
  const key = bytes.toString(form === KEY_HASHED_UTF8 ? 'utf8' : 'utf16le', start, start + length)
  return { space, key, value: bytes.subarray(start + length), hashed: true }
}
