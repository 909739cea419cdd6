import {
  hashedKey,
  KEY_HASHED_UTF8,
  KEY_HASHED_UTF16,
  KEY_PLAIN,
  type KeyForm,
  MAX_KEY,
  MAX_PLAIN_KEY,
  MAX_SPACE,
  MAX_VALUE,
  VALUE_HEAD,
  valueWithKey,
} from './entry.ts'
import { StorageProblem } from './problem.ts'

/**
 * How changes go to the worker: one frame after the other in a buffer that is handed over, not copied. A frame is a
 * head, LMDB's key as it will be, and the value with room for its checksum in front, so that the worker writes both
 * from where they lie.
 *
 *     u8 operation   u8 form of the key   u16 bytes of the space   u32 bytes of the key   u32 bytes of the value
 */
const HEAD = 12
const PUT = 1
const DELETE = 2

/** A buffer to begin with. Larger ones are made for what does not fit. */
const CHUNK = 2 ** 20

/** Packs changes into buffers. */
export interface Packer {
  /**
   * Copies a change.
   *
   * @throws StorageProblem for what cannot be kept
   */
  add(space: string, key: string, value: Uint8Array | undefined): void
  /** Bytes in the buffer so far. */
  readonly length: number
  /** The buffer as it is, to be handed over; the next change begins a new one. */
  take(): Uint8Array<ArrayBuffer>
}

export function createPacker(): Packer {
  let buffer = Buffer.alloc(0)
  let length = 0
  let lastSpace: string | undefined
  let spaceBytes: Buffer = Buffer.alloc(0)

  /** The space's bytes; changes come by space, so the last one is nearly always this one. */
  const setSpace = (space: string) => {
    if (space === lastSpace) return
    const bytes = Buffer.from(`${space}\0`)
    const bad = space === '' || bytes.length > MAX_SPACE + 1 || space.includes('\0') || !space.isWellFormed()
    if (bad) throw new StorageProblem('storage_bad_entry', `a space must be 1 to ${MAX_SPACE} bytes of text`)
    lastSpace = space
    spaceBytes = bytes
  }

  const reserve = (bytes: number) => {
    if (length + bytes <= buffer.length) return
    // Not from Node's pool: it could not be handed over. Not cleared: all of it is written before it is read.
    const larger = Buffer.allocUnsafeSlow(Math.max(CHUNK, buffer.length * 2, length + bytes))
    larger.set(buffer.subarray(0, length))
    buffer = larger
  }

  const append = (
    space: string,
    key: string,
    form: KeyForm,
    keyLength: number,
    value: Uint8Array | undefined,
  ) => {
    setSpace(space)
    const valueLength = value === undefined ? 0 : value.length
    if (keyLength > MAX_KEY || valueLength > MAX_VALUE)
      throw new StorageProblem(
        'storage_bad_entry',
        `an entry of ${keyLength + valueLength} bytes is too large to keep`,
      )
    reserve(HEAD + spaceBytes.length + keyLength + VALUE_HEAD + valueLength)
    buffer[length] = value === undefined ? DELETE : PUT
    buffer[length + 1] = form
    buffer.writeUInt16LE(spaceBytes.length, length + 2)
    buffer.writeUInt32LE(keyLength, length + 4)
    buffer.writeUInt32LE(valueLength, length + 8)
    let at = length + HEAD
    buffer.set(spaceBytes, at)
    at += spaceBytes.length
    buffer.write(key, at, form === KEY_HASHED_UTF16 ? 'utf16le' : 'utf8')
    at += keyLength
    if (value !== undefined) {
      buffer[at + 4] = form
      buffer.set(value, at + VALUE_HEAD)
      at += VALUE_HEAD + valueLength
    }
    length = at
  }

  return {
    add(space, key, value) {
      if (!key.isWellFormed()) return append(space, key, KEY_HASHED_UTF16, key.length * 2, value)
      const bytes = Buffer.byteLength(key)
      append(space, key, bytes > MAX_PLAIN_KEY ? KEY_HASHED_UTF8 : KEY_PLAIN, bytes, value)
    },
    get length() {
      return length
    },
    take() {
      const taken = new Uint8Array(buffer.buffer, buffer.byteOffset, length)
      buffer = Buffer.alloc(0)
      length = 0
      return taken
    },
  }
}

/** Calls back for each change of a buffer: LMDB's key, and its value with room for the checksum, or none. */
export function eachFrame(
  bytes: Uint8Array<ArrayBuffer>,
  change: (lmdbKey: Buffer, value: Buffer | undefined) => void,
): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  while (at < buffer.length) {
    const put = buffer[at] === PUT
    const form = buffer[at + 1] as KeyForm
    const keyAt = at + HEAD + buffer.readUInt16LE(at + 2)
    const keyEnd = keyAt + buffer.readUInt32LE(at + 4)
    const end = put ? keyEnd + VALUE_HEAD + buffer.readUInt32LE(at + 8) : keyEnd
    if (form === KEY_PLAIN) {
      change(buffer.subarray(at + HEAD, keyEnd), put ? buffer.subarray(keyEnd, end) : undefined)
    } else {
      const key = buffer.subarray(keyAt, keyEnd)
      const lmdbKey = hashedKey(buffer.subarray(at + HEAD, keyAt), key, form)
      change(lmdbKey, put ? valueWithKey(key, form, buffer.subarray(keyEnd + VALUE_HEAD, end)) : undefined)
    }
    at = end
  }
}
