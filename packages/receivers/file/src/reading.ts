import type { Readable } from 'node:stream'
import type { Batch, Logger, Resource, Source } from '@lacuna/sdk'
import type { ByteReader } from './byte-reader.ts'
import { type Input, shown } from './input.ts'
import { type LineBlocks, lineBlocks } from './line-blocks.ts'
import { type LineRecords, type LineRecordsOptions, lineRecords } from './line-records.ts'
import { openInput } from './open-input.ts'

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

/** The source of an input: the same after a restart. */
export function sourceOf(input: Input): Source {
  return { id: `file:${input.path}`, finite: true }
}

/** Makes the {@link Reading} of one input. */
export function reading(input: Input, source: Source, options: ReadingOptions): Reading {
  // One resource for all records of the file: shared, never copied per record.
  const resource: Resource =
    input.kind === 'stdin'
      ? NOTHING
      : { attributes: { 'log.file.path': input.path }, droppedAttributesCount: 0 }
  let records: LineRecords | undefined
  let reader: ByteReader | undefined
  let blocks: LineBlocks | undefined
  let closed = false

  async function begin(): Promise<LineBlocks> {
    const text = await openInput(input, options.buffer(), options.stdin, (opened) => {
      reader = opened
      if (closed) void opened.close()
    })
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
          return { source, records: taken, position: String(records.position) }
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
