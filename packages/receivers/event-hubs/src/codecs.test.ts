import { gzipSync } from 'node:zlib'
import kafkajs from 'kafkajs'
import { expect, it } from 'vitest'
import { installCodecs } from './codecs.ts'

const { CompressionCodecs, CompressionTypes } = kafkajs

/** A compressed part behind the header of a record batch (Kafka's message format, v2) that says `count` records. */
function behindHeader(compressed: Buffer, count: number): Buffer {
  const header = Buffer.alloc(61)
  header[16] = 2
  header.writeInt32BE(count - 1, 23)
  header.writeInt32BE(count, 57)
  // A slice with the header before it, as kafkajs gives it.
  return Buffer.concat([header, compressed, Buffer.alloc(8192)]).subarray(61, 61 + compressed.length)
}

async function decompress(type: number, bytes: Buffer): Promise<Buffer> {
  installCodecs()
  const codecs: Record<number, () => { decompress(bytes: Buffer): Promise<Buffer> }> = CompressionCodecs
  const codec = codecs[type]?.()
  if (codec === undefined) throw new Error('there is no such codec')
  return codec.decompress(bytes)
}

/** How many times the mark of an unreadable message is in there. */
const marks = (bytes: Buffer) => bytes.toString('latin1').split('lacuna-unreadable').length - 1

it('what inflates to more than 128 MiB is not inflated, and each of its messages is marked', async () => {
  const bomb = gzipSync(Buffer.alloc(129 * 2 ** 20), { level: 1 })
  expect(marks(await decompress(CompressionTypes.GZIP, behindHeader(bomb, 3)))).toBe(3)
})

it.each([
  ['gzip', CompressionTypes.GZIP],
  ['zstd', CompressionTypes.ZSTD],
])('what is damaged or torn in %s is marked', async (_, type) => {
  expect(marks(await decompress(type, behindHeader(Buffer.from('no such thing'), 2)))).toBe(2)
})

it('a batch whose header makes no sense is refused rather than made up', async () => {
  const bytes = Buffer.from('no such thing')
  await expect(decompress(CompressionTypes.GZIP, behindHeader(bytes, 2 ** 21))).rejects.toThrow()
  await expect(decompress(CompressionTypes.GZIP, behindHeader(bytes, 0))).rejects.toThrow()
})
