import type { Transform } from 'node:stream'
import { constants, createGunzip, createZstdDecompress } from 'node:zlib'
import type { Ticket } from './admission.ts'
import { Refusal } from './refusal.ts'

export type Encoding = 'identity' | 'gzip' | 'zstd'

/** What senders may compress with. */
export const ENCODINGS: readonly Encoding[] = ['identity', 'gzip', 'zstd']

/** Bytes that come out at a time. */
const CHUNK = 64 * 1024
/** A frame may ask for a window of up to 8 MiB, as RFC 9659 has it for HTTP; the library would give 128 MiB. */
const MAX_WINDOW_LOG = 23

/** The encoding that a header names; `undefined` for one that is not taken. */
export function encodingOf(header: string | undefined): Encoding | undefined {
  const name = header?.trim().toLowerCase() ?? ''
  return name === '' ? 'identity' : ENCODINGS.find((encoding) => encoding === name)
}

/**
 * Decompresses bytes up to `limit`. What comes out is admitted piece by piece, before it is kept, so a bomb is put
 * out where the first of the bounds is reached.
 */
export function inflate(bytes: Buffer, encoding: Encoding, limit: number, ticket: Ticket): Promise<Buffer> {
  if (encoding === 'identity') {
    return bytes.length > limit ? Promise.reject(tooLarge(limit)) : Promise.resolve(bytes)
  }
  const stream = decompressor(encoding)
  const chunks: Buffer[] = []
  let total = 0
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      stream.destroy()
      reject(error)
    }
    stream.on('data', (chunk: Buffer) => {
      total += chunk.length
      try {
        if (total > limit) throw tooLarge(limit)
        ticket.grow(chunk.length)
      } catch (error) {
        fail(error)
        return
      }
      chunks.push(chunk)
    })
    stream.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, total)),
    )
    stream.on('error', () => fail(new Refusal('bad_data', `the request is not valid ${encoding}`)))
    stream.end(bytes)
  })
}

function decompressor(encoding: 'gzip' | 'zstd'): Transform {
  if (encoding === 'gzip') return createGunzip({ chunkSize: CHUNK })
  return createZstdDecompress({
    chunkSize: CHUNK,
    params: { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG },
  })
}

export function tooLarge(limit: number): Refusal {
  return new Refusal('too_large', `the request has more than ${limit} bytes`)
}
