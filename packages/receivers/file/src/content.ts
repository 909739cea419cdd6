import { type FileHandle, open } from 'node:fs/promises'
import { handleReader } from './byte-reader.ts'
import { HEAD_BYTES, headMark, isHead, isTail, NO_MARK, TAIL_BYTES, tailMark } from './fingerprint.ts'
import { gzipReader, isGzip } from './gzip-reader.ts'
import { InputError } from './input.ts'
import type { Part } from './position.ts'

/**
 * What a file's content is to a part that has been read: the same and perhaps more; its beginning, all of it read
 * already; too short to tell; or something else.
 */
export type Likeness = 'same' | 'beginning' | 'unclear' | 'other'

const PIECE = 64 * 2 ** 10

/** Bytes at `position`, fewer at the end of the file. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await handle.read(buffer, read, length - read, position + read)
    if (bytesRead === 0) break
    read += bytesRead
  }
  return buffer.subarray(0, read)
}

/** Learns more of how an open plain file begins, or finds that it begins otherwise. */
export async function learnHead(handle: FileHandle, part: Part): Promise<'more' | 'same' | 'other'> {
  const head = await readAt(handle, 0, HEAD_BYTES)
  if (!isHead(part.head, head)) return 'other'
  if (head.length <= part.head.bytes) return 'same'
  part.head = headMark(head)
  return 'more'
}

/** How an open plain file compares to `part`. Costs two reads of at most 1 KiB. */
export async function likeness(handle: FileHandle, part: Part): Promise<Likeness> {
  const head = await readAt(handle, 0, part.head.bytes)
  if (head.length < part.head.bytes) return 'unclear'
  if (!isHead(part.head, head)) return 'other'
  const { bytes } = part.tail
  const tail = await readAt(handle, part.at - bytes, bytes)
  if (tail.length === bytes) {
    if (!isTail(part.tail, tail)) return 'other'
    if (bytes > 0 || part.at === 0) return 'same'
  }
  const { size } = await handle.stat()
  return size < part.at ? 'beginning' : 'same'
}

/** The same for the file of this name, decompressed where it is gzip; something else where it cannot be read. */
export async function likenessOf(path: string, part: Part): Promise<{ likeness: Likeness; gzip: boolean }> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, 'r')
    const first = await readAt(handle, 0, 3)
    if (!(first.length === 3 && isGzip(first))) return { likeness: await likeness(handle, part), gzip: false }
    return { likeness: await gzipLikeness(handle, part), gzip: true }
  } catch {
    return { likeness: 'other', gzip: false }
  } finally {
    await handle?.close().catch(() => {})
  }
}

async function gzipLikeness(handle: FileHandle, part: Part): Promise<Likeness> {
  const reader = gzipReader(handleReader(handle, 0, true))
  const buffer = Buffer.allocUnsafe(TAIL_BYTES + PIECE)
  const head = Buffer.allocUnsafe(HEAD_BYTES)
  let headLength = 0
  let at = 0
  // The last bytes before what was read last, at the beginning of the buffer.
  let kept = 0
  try {
    for (;;) {
      const limit = kept + Math.min(PIECE, Math.max(part.at, part.head.bytes) - at)
      const count = limit === kept ? 0 : await reader.read(buffer.subarray(0, limit), kept)
      if (count === 0) break
      headLength += buffer.copy(head, headLength, kept, kept + count)
      if (headLength >= part.head.bytes && !isHead(part.head, head.subarray(0, headLength))) return 'other'
      const before = at
      at += count
      if (before < part.at && at >= part.at) {
        const end = kept + part.at - before
        if (part.tail.bytes > 0 && !isTail(part.tail, buffer.subarray(end - part.tail.bytes, end)))
          return 'other'
      }
      const end = kept + count
      const keep = Math.min(end, TAIL_BYTES)
      buffer.copyWithin(0, end - keep, end)
      kept = keep
    }
  } catch (error) {
    // It may be that someone is writing it still.
    if (!(error instanceof InputError)) throw error
  } finally {
    await reader.close()
  }
  if (headLength < part.head.bytes) return 'unclear'
  return at < part.at ? 'beginning' : 'same'
}

/** The mark of what lies before `at` in an open plain file. */
export async function tailAt(handle: FileHandle, at: number) {
  const from = Math.max(0, at - TAIL_BYTES)
  const bytes = await readAt(handle, from, at - from)
  return bytes.length === at - from ? tailMark(bytes, bytes.length) : NO_MARK
}
