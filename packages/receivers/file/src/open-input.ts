import { constants, openSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { isatty } from 'node:tty'
import { type ByteReader, handleReader, readHead, streamReader, withHead } from './byte-reader.ts'
import { headMark } from './fingerprint.ts'
import { gzipReader, isGzip } from './gzip-reader.ts'
import { type Input, InputError, reasonOf } from './input.ts'
import type { Leg } from './track.ts'

/** The byte order mark in UTF-8. It says nothing there and belongs to no line. */
const MARK = Buffer.from([0xef, 0xbb, 0xbf])
/** Bytes that a byte order mark has, and that tell gzip from text. No buffer may be smaller. */
export const HEAD = MARK.length

/** An input opened: its text, decompressed. */
export interface OpenInput {
  readonly reader: ByteReader
  /** What `reader` reads into; its first `length` bytes have been read already. */
  readonly buffer: Buffer
  readonly length: number
  /** Bytes at the start of the buffer that are no text, or were read before. */
  readonly offset: number
  /** The byte of the text that the buffer begins with. */
  readonly base: number
  /** Whether the file begins as UTF-16 does, of which Lacuna reads nothing sensible. */
  readonly utf16: boolean
}

/**
 * Opens `input`; whether it is gzip is seen from its first bytes, not from its name. They are read into `buffer`,
 * as the beginning of the first chunk, so that looking at them costs neither a read nor a copy. With `leg` it goes
 * on where that has come to, by its handle where it is open, and the leg learns how the file begins.
 *
 * `opened` is told of the reader before anything is read, so that a stop can close what waits for its first
 * bytes. Rejects with an `InputError`, nothing left open.
 */
export async function openInput(
  input: Input,
  buffer: Buffer,
  stdin: () => Readable,
  opened: (reader: ByteReader) => void,
  leg?: Pick<Leg, 'part' | 'handle'>,
): Promise<OpenInput> {
  const part = leg?.part
  const borrowed = leg?.handle
  const raw = borrowed
    ? { reader: handleReader(borrowed, 0, true), handle: borrowed }
    : await openBytes(input, stdin)
  let reader = raw.reader
  try {
    opened(reader)
    let length = await readHead(reader, HEAD, buffer)
    const gzip = length >= HEAD && isGzip(buffer)
    if (gzip) {
      reader = gzipReader(withHead(Buffer.from(buffer.subarray(0, length)), reader))
      opened(reader)
      length = await readHead(reader, HEAD, buffer)
    }
    const [a, b] = buffer
    const utf16 = length >= 2 && ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
    const offset = isMarked(buffer, length) ? HEAD : 0
    const head = headMark(buffer.subarray(0, length))
    if (part !== undefined && head.bytes > part.head.bytes) part.head = head
    const from = part?.at ?? 0
    if (from <= length) return { reader, buffer, length, offset: Math.max(offset, from), base: 0, utf16 }
    if (!gzip && raw.handle !== undefined) {
      reader = handleReader(raw.handle, from, borrowed !== undefined)
      opened(reader)
      return { reader, buffer, length: 0, offset: 0, base: from, utf16 }
    }
    const skipped = await skipTo(reader, from, buffer, length)
    return { reader, buffer, ...skipped, utf16 }
  } catch (error) {
    await reader.close()
    throw error
  }
}

/** Whether the text begins with a byte order mark. */
export function isMarked(buffer: Buffer, length: number): boolean {
  return length >= HEAD && buffer.subarray(0, HEAD).equals(MARK)
}

/** Reads on until the byte `from` is in the buffer, or the end. */
async function skipTo(reader: ByteReader, from: number, buffer: Buffer, read: number) {
  let base = 0
  let length = read
  while (base + length < from) {
    base += length
    length = await reader.read(buffer, 0)
    if (length === 0) break
  }
  return { base, length, offset: Math.min(length, from - base) }
}

async function openBytes(
  input: Input,
  stdin: () => Readable,
): Promise<{ reader: ByteReader; handle?: FileHandle }> {
  if (input.kind === 'stdin') return { reader: stdinReader(stdin()) }
  try {
    if (input.kind === 'pipe') return { reader: pipeReader(input.path) }
    const handle = await open(input.path, 'r')
    // A terminal would hold a thread until someone types, and a stop with it.
    if (input.size !== undefined || !isatty(handle.fd)) return { reader: handleReader(handle), handle }
    await handle.close()
  } catch (error) {
    throw new InputError('unreadable_file', reasonOf(error), error)
  }
  throw new InputError('unreadable_file', 'it is a terminal; to read what is typed there, include "-"')
}

/** Without O_NONBLOCK, opening a pipe would wait until someone opens its other end. */
function pipeReader(path: string): ByteReader {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return streamReader(new Socket({ fd, readable: true, writable: false }), (socket) => socket.destroy())
}

/** Standard input is not ours to close: it is let go, so that it does not keep the process alive. */
function stdinReader(stdin: Readable): ByteReader {
  if ('ref' in stdin && typeof stdin.ref === 'function') stdin.ref()
  return streamReader(stdin, () => {
    if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
  })
}
