import type { Readable } from 'node:stream'
import type { Batch, Logger, LogRecord, Resource, Source } from '@lacuna/sdk'
import type { ByteReader } from './byte-reader.ts'
import { type Input, shown } from './input.ts'
import { type LineBlocks, lineBlocks } from './line-blocks.ts'
import { type LineRecords, type LineRecordsOptions, lineRecords } from './line-records.ts'
import { openInput } from './open-input.ts'
import { changed, type Leg, positionOf, sourceId, type Track } from './track.ts'

/** What a {@link Reading} needs beside its input. */
export interface ReadingOptions extends Omit<LineRecordsOptions, 'resource'> {
  /** The buffer to read into. It is in use until the reading is closed. */
  readonly buffer: () => Buffer
  readonly logger: Logger
  readonly stdin: () => Readable
}

/** One input on its way through the receiver. Nothing is open before the first `next`. */
export interface Reading {
  readonly source: Source
  readonly input: Input
  /** Bytes read so far, as stored. */
  readonly stored: number
  /**
   * The next records, at most `limit`; `undefined` at the end, or once it is closed. Rejects with an
   * `InputError` after all that could be read has been given.
   */
  next(limit: number): Promise<Batch | undefined>
  /** Closes the file, also from under a `next` that is waiting for bytes. Closing twice is fine. */
  close(): Promise<void>
}

const NOTHING: Resource = { attributes: {}, droppedAttributesCount: 0 }

/** Where in a source a reading is. */
interface Place {
  readonly track: Track
  readonly leg: Leg
}

/** Makes the {@link Reading} of what cannot be read again: standard input, a pipe, a device. It has no positions. */
export function readingOnce(input: Input, options: ReadingOptions): Reading {
  const source: Source = { id: sourceId(input.path), finite: true }
  const resource =
    input.kind === 'stdin'
      ? NOTHING
      : { attributes: { 'log.file.path': input.path }, droppedAttributesCount: 0 }
  return reading(input, source, resource, undefined, options)
}

/** Makes the {@link Reading} of one file of a source, from where its part has come to. */
export function readingOf(track: Track, leg: Leg, options: ReadingOptions): Reading {
  const size = leg.stamp === undefined ? 0 : Number(leg.stamp.size)
  const input: Input = {
    path: leg.path,
    kind: 'file',
    size: Math.max(0, size - (leg.gzip ? 0 : leg.part.at)),
  }
  return reading(input, track.source, track.resource, { track, leg }, options)
}

function placed({ track, leg }: Place, from: LineRecords, records: LogRecord[]): Batch {
  leg.part.at = from.position
  leg.part.tail = from.tail
  return { source: track.source, records, position: positionOf(track, leg) }
}

/** Several files of one source as one reading: each is through when the next one begins. */
export function readingInTurn(track: Track, legs: readonly Leg[], options: ReadingOptions): Reading {
  const readings = legs.map((leg) => readingOf(track, leg, options))
  const last = readings.at(-1)
  let current = 0
  return {
    source: track.source,
    input: { path: track.path, kind: 'file', size: sum(readings.map(({ input }) => input.size ?? 0)) },
    get stored() {
      return sum(readings.map(({ stored }) => stored))
    },
    async next(limit) {
      for (;;) {
        const each = readings[current]
        const batch = await each?.next(limit)
        if (batch !== undefined || each === undefined || each === last) return batch
        await each.close()
        const leg = legs[current]
        if (leg !== undefined) leg.part.done = true
        changed(track)
        current++
      }
    },
    async close() {
      for (const each of readings) await each.close()
    },
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

function reading(
  input: Input,
  source: Source,
  resource: Resource,
  place: Place | undefined,
  options: ReadingOptions,
): Reading {
  let records: LineRecords | undefined
  let reader: ByteReader | undefined
  let blocks: LineBlocks | undefined
  let closed = false

  async function begin(): Promise<LineBlocks> {
    const hold = (opened: ByteReader) => {
      reader = opened
      if (closed) void opened.close()
    }
    const text = await openInput(input, options.buffer(), options.stdin, hold, place?.leg)
    if (text.utf16)
      options.logger.warn(
        { path: input.path },
        `${shown(input.path)} begins as UTF-16 does, but is read as UTF-8; convert it with iconv -f UTF-16 -t UTF-8`,
      )
    reader = text.reader
    return lineBlocks(text, options.maxLineBytes)
  }

  return {
    source,
    input,
    get stored() {
      return reader?.stored ?? 0
    },
    async next(limit) {
      for (;;) {
        if (closed) return undefined
        const taken = records?.take(limit)
        if (records !== undefined && taken !== undefined && taken.length > 0)
          return place === undefined ? { source, records: taken } : placed(place, records, taken)
        blocks ??= await begin()
        const block = await blocks.next()
        if (block === undefined) return undefined
        records ??= lineRecords({ ...options, resource })
        records.load(block)
      }
    },
    async close() {
      closed = true
      // Thousands of files may be through: none may keep its buffers.
      blocks = undefined
      records = undefined
      await reader?.close()
    },
  }
}
