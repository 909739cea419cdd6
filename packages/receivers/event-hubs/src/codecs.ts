import { promisify } from 'node:util'
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib'
import type { KafkaMessage } from 'kafkajs'
import kafkajs from 'kafkajs'

/** Bytes that one compressed batch of records may have; a broker takes at most some megabytes of compressed ones. */
const MOST_BYTES = 128 * 2 ** 20
/** Messages that are made up at most for a batch that cannot be read. */
const MOST_MESSAGES = 2 ** 20
/** The name of the header of a message that stands for one that cannot be read. */
const MARK = 'lacuna-unreadable'

const inflate = promisify(gunzip)
const deflate = promisify(gzip)
const unzstd = promisify(zstdDecompress)
const zstd = promisify(zstdCompress)

interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>
  decompress(buffer: Buffer): Promise<Buffer>
}

let done = false

/**
 * Puts our codecs in the place of those of kafkajs: gzip with a bound on what comes out, zstd by Node itself. Snappy
 * and LZ4 are not read. A batch that cannot be decompressed would stop kafkajs for good, with all partitions of
 * that broker; here its records are replaced by as many marked ones, so that reading goes on behind them.
 */
export function installCodecs(): void {
  if (done) return
  done = true
  const { CompressionCodecs, CompressionTypes } = kafkajs
  const codecs: Record<number, () => Codec> = CompressionCodecs
  const limit = { maxOutputLength: MOST_BYTES }
  codecs[CompressionTypes.GZIP] = codec(
    ({ buffer }) => deflate(buffer),
    (bytes) => inflate(bytes, limit),
  )
  codecs[CompressionTypes.ZSTD] = codec(
    ({ buffer }) => zstd(buffer),
    (bytes) => unzstd(bytes, limit),
  )
  codecs[CompressionTypes.Snappy] = codec(none, none)
  codecs[CompressionTypes.LZ4] = codec(none, none)
}

/** Whether a message stands for one that could not be decompressed. */
export function isUnreadable(message: KafkaMessage): boolean {
  return message.headers !== undefined && Object.hasOwn(message.headers, MARK)
}

function none(): Promise<Buffer> {
  return Promise.reject(new Error('this compression is not supported'))
}

function codec(compress: Codec['compress'], decompress: Codec['decompress']): () => Codec {
  const made: Codec = {
    compress,
    async decompress(bytes) {
      try {
        return await decompress(bytes)
      } catch (error) {
        const substitute = marked(bytes)
        if (substitute === undefined) throw error
        return substitute
      }
    },
  }
  return () => made
}

/** Bytes of a record batch before its records, and where in them things stand (Kafka's message format, v2). */
const HEADER = 61
const MAGIC_AT = 16
const LAST_DELTA_AT = 23
const COUNT_AT = 57

/**
 * Records in the place of those in `compressed`, as many as its batch says, over the same range of offsets. Kafkajs
 * hands on a slice of what it received, so the batch's header stands before it.
 */
function marked(compressed: Buffer): Buffer | undefined {
  if (compressed.byteOffset < HEADER) return undefined
  const header = Buffer.from(compressed.buffer, compressed.byteOffset - HEADER, HEADER)
  const count = header.readInt32BE(COUNT_AT)
  const last = header.readInt32BE(LAST_DELTA_AT)
  if (header[MAGIC_AT] !== 2 || count < 1 || count > MOST_MESSAGES || last < count - 1) return undefined
  const records: Buffer[] = []
  for (let at = 0; at < count; at++) records.push(record(at === count - 1 ? last : at))
  return Buffer.concat(records)
}

function record(offsetDelta: number): Buffer {
  const name = Buffer.from(MARK)
  const body = Buffer.concat([
    // Attributes, the difference in time, in offset; no key, no value; one header without a value.
    Buffer.from([0]),
    varint(0),
    varint(offsetDelta),
    varint(-1),
    varint(-1),
    varint(1),
    varint(name.length),
    name,
    varint(0),
  ])
  return Buffer.concat([varint(body.length), body])
}

/** Kafka's zigzag varint of a 32-bit integer. */
function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  bytes.push(rest)
  return Buffer.from(bytes)
}
