import { createGunzip } from 'node:zlib'
import type { ByteReader } from './byte-reader.ts'
import { InputError, reasonOf } from './input.ts'

/** Compressed bytes handed to zlib at a time. What a damaged piece held is lost, so it is not larger. */
const PIECE = 16 * 2 ** 10
/** Decompressed bytes that zlib hands out at a time. */
const OUTPUT = 128 * 2 ** 10

/** Whether these first bytes of a file are those of a gzip member (RFC 1952, section 2.3.1). */
export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8
}

/**
 * Decompresses what `source` reads: several members one after the other, as `cat a.gz b.gz` makes them.
 *
 * The stream is fed by hand, a piece only once all that came of the last one was taken: an error destroys a
 * stream together with what waits in it, and what a truncated file still held must come out first. Zeros
 * after the last member are padding; anything else there is damage.
 */
export function gzipReader(source: ByteReader): ByteReader {
  const gunzip = createGunzip({ chunkSize: OUTPUT })
  const piece = Buffer.allocUnsafeSlow(PIECE)
  let rest: Buffer | undefined
  let feeding = false
  let exhausted = false
  let ended = false
  let closed = false
  let failure: unknown
  let wake: (() => void) | undefined

  gunzip.on('readable', () => wake?.())
  gunzip.on('end', () => {
    ended = true
    wake?.()
  })
  gunzip.on('error', (error) => {
    failure = error
    wake?.()
  })

  async function feed(): Promise<void> {
    const count = await source.read(piece, 0)
    if (closed) return
    if (count === 0) {
      exhausted = true
      gunzip.end()
      return
    }
    feeding = true
    gunzip.write(piece.subarray(0, count), () => {
      feeding = false
      wake?.()
    })
  }

  return {
    get stored() {
      return source.stored
    },
    async read(target, offset) {
      while (!closed) {
        rest ??= (gunzip.read() as Buffer | null) ?? undefined
        if (rest !== undefined) {
          const count = rest.copy(target, offset)
          rest = count < rest.length ? rest.subarray(count) : undefined
          return count
        }
        if (failure !== undefined)
          throw new InputError(
            'damaged_gzip',
            `its gzip data is cut short or damaged (${reasonOf(failure)})`,
            failure,
          )
        if (ended) return 0
        if (!feeding && !exhausted) {
          await feed()
          continue
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        wake = undefined
      }
      return 0
    },
    async close() {
      closed = true
      rest = undefined
      gunzip.destroy()
      wake?.()
      await source.close()
    },
  }
}
