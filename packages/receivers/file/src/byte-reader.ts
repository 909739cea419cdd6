import type { FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { InputError, reasonOf } from './input.ts'

/** Bytes of one input, pulled in order. At most one `read` is under way. */
export interface ByteReader {
  /**
   * Puts the next bytes into `target` from `offset` on and resolves to how many, 0 at the end. Rejects with an
   * {@link InputError} when there is no reading on.
   */
  read(target: Buffer, offset: number): Promise<number>
  /** How many bytes have been read as they are stored: for a gzip file, compressed ones. */
  readonly stored: number
  /** Gives everything back. A `read` that is waiting for bytes resolves to 0. Closing twice is fine. */
  close(): Promise<void>
}

/** Reads a regular file or a device; from its beginning, or from the byte `at`. A `borrowed` handle is not closed. */
export function handleReader(handle: FileHandle, at?: number, borrowed = false): ByteReader {
  let stored = 0
  let closed: Promise<void> | undefined
  return {
    get stored() {
      return stored
    },
    async read(target, offset) {
      try {
        const from = at === undefined ? null : at + stored
        const { bytesRead } = await handle.read(target, offset, target.length - offset, from)
        stored += bytesRead
        return bytesRead
      } catch (error) {
        throw new InputError('unreadable_file', reasonOf(error), error)
      }
    },
    close() {
      closed ??= borrowed ? Promise.resolve() : handle.close().catch(() => {})
      return closed
    },
  }
}

/**
 * Reads a stream: standard input or a pipe. Waiting in the event loop and not in a read of the thread pool
 * is what lets `close` end it at once.
 */
export function streamReader(stream: Readable, release: (stream: Readable) => void): ByteReader {
  let stored = 0
  let rest: Buffer | undefined
  let ended = stream.readableEnded || stream.destroyed
  let failure: unknown
  let closed = false
  let wake: (() => void) | undefined

  const onReadable = () => wake?.()
  const onEnd = () => {
    ended = true
    wake?.()
  }
  const onError = (error: unknown) => {
    failure = error
    wake?.()
  }
  if (!ended) stream.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onError)

  return {
    get stored() {
      return stored
    },
    async read(target, offset) {
      for (;;) {
        if (rest === undefined && !ended) rest = bytesOf(stream.read())
        if (rest !== undefined) {
          const count = rest.copy(target, offset)
          rest = count < rest.length ? rest.subarray(count) : undefined
          stored += count
          return count
        }
        if (failure !== undefined && !closed)
          throw new InputError('unreadable_file', reasonOf(failure), failure)
        if (ended) return 0
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        wake = undefined
      }
    },
    async close() {
      if (closed) return
      closed = true
      ended = true
      rest = undefined
      // The listener for errors stays: one that comes late must not end the process.
      stream.off('readable', onReadable).off('end', onEnd).off('close', onEnd)
      release(stream)
      wake?.()
    },
  }
}

function bytesOf(chunk: unknown): Buffer | undefined {
  if (chunk === null || chunk === undefined) return undefined
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
}

/** Reads into the beginning of `buffer` until there are `least` bytes or no more; resolves to how many. */
export async function readHead(reader: ByteReader, least: number, buffer: Buffer): Promise<number> {
  let length = 0
  while (length < least) {
    const read = await reader.read(buffer, length)
    if (read === 0) break
    length += read
  }
  return length
}

/** Gives `head`, which was read from `reader` to look at it, once more before what follows. */
export function withHead(head: Buffer, reader: ByteReader): ByteReader {
  let rest: Buffer | undefined = head
  return {
    get stored() {
      return reader.stored
    },
    async read(target, offset) {
      if (rest === undefined || rest.length === 0) return reader.read(target, offset)
      const count = rest.copy(target, offset)
      rest = count < rest.length ? rest.subarray(count) : undefined
      return count
    },
    close: () => reader.close(),
  }
}
