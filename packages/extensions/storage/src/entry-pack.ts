import { type Entry, openEntry } from './entry.ts'
import { StorageProblem } from './problem.ts'

/** Bytes of a pack before it is sent, beside the entry that fills it. */
const PACK = 4 * 2 ** 20
const HEAD = 6

/** Takes entries until there are some MiB of them: `u16 bytes of the key, u32 bytes of the value`, both. */
export function packEntries(entries: Iterator<{ key: Buffer; value: Buffer }>): {
  bytes: Uint8Array<ArrayBuffer>
  last: boolean
} {
  let buffer = Buffer.allocUnsafeSlow(PACK)
  let length = 0
  for (let next = entries.next(); ; next = entries.next()) {
    if (next.done) return { bytes: new Uint8Array(buffer.buffer, 0, length), last: true }
    const { key, value } = next.value
    const end = length + HEAD + key.length + value.length
    if (end > buffer.length) {
      const larger = Buffer.allocUnsafeSlow(end)
      larger.set(buffer.subarray(0, length))
      buffer = larger
    }
    buffer.writeUInt16LE(key.length, length)
    buffer.writeUInt32LE(value.length, length + 2)
    buffer.set(key, length + HEAD)
    buffer.set(value, length + HEAD + key.length)
    length = end
    if (length > PACK / 2) return { bytes: new Uint8Array(buffer.buffer, 0, length), last: false }
  }
}

/** The entries of a pack as they lie in LMDB: views of it. */
export function* unpackEntries(bytes: Uint8Array<ArrayBuffer>): Generator<{ key: Buffer; value: Buffer }> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < buffer.length; ) {
    const keyEnd = at + HEAD + buffer.readUInt16LE(at)
    const end = keyEnd + buffer.readUInt32LE(at + 2)
    yield { key: buffer.subarray(at + HEAD, keyEnd), value: buffer.subarray(keyEnd, end) }
    at = end
  }
}

/** Bytes at the end of a hashed key that say nothing of its order: 0xff and the hash. */
const HASH = 33

/**
 * Reads entries back, in the order of their keys as UTF-8. Those that were hashed lie by their first bytes; the few
 * that share them are put in order here.
 *
 * @throws StorageProblem `storage_corrupt`
 */
export function* decodeEntries(entries: Iterable<{ key: Buffer; value: Buffer }>): Generator<Entry> {
  let alike: Entry[] = []
  let shared: Buffer | undefined
  for (const { key, value } of entries) {
    const entry = openEntry(key, value)
    if (typeof entry === 'string')
      throw new StorageProblem('storage_corrupt', `the storage is damaged: there is a bad entry: ${entry}`)
    const front = entry.hashed ? key.subarray(0, -HASH) : undefined
    if (alike.length > 0 && (front === undefined || shared === undefined || !front.equals(shared))) {
      yield* inOrder(alike)
      alike = []
    }
    shared = front
    if (front === undefined) yield entry
    else alike.push(entry)
  }
  yield* inOrder(alike)
}

function inOrder(entries: Entry[]): Entry[] {
  if (entries.length < 2) return entries
  const bytes = new Map(entries.map((entry) => [entry, Buffer.from(entry.key)]))
  return entries.sort((a, b) =>
    Buffer.compare(bytes.get(a) ?? Buffer.alloc(0), bytes.get(b) ?? Buffer.alloc(0)),
  )
}
