import type { IncomingMessage } from 'node:http'
import type { Ticket } from './admission.ts'
import { tooLarge } from './inflate.ts'

/**
 * Reads a body. Each piece is admitted before it is kept, so a request holds no more than what it has sent. Rejects with
 * a `Refusal` when there is too much of it, or no room; what is still to come is then thrown away.
 */
export function readBody(request: IncomingMessage, limit: number, ticket: Ticket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const keep = keeper(Number(request.headers['content-length'] ?? Number.NaN))
    let total = 0
    const onData = (chunk: Buffer) => {
      try {
        if (total + chunk.length > limit) throw tooLarge(limit)
        ticket.grow(chunk.length)
      } catch (error) {
        request.off('data', onData)
        reject(error)
        discard(request, limit)
        return
      }
      keep.add(chunk, total)
      total += chunk.length
    }
    request.on('data', onData)
    request.on('end', () => resolve(keep.all(total)))
  })
}

interface Keeper {
  add(chunk: Buffer, at: number): void
  all(total: number): Buffer
}

/**
 * Puts pieces together. Where the length is known, each is copied to its place as it comes, which leaves no heap of
 * buffers to the end; what comes in one piece is not copied at all.
 */
function keeper(length: number): Keeper {
  const chunks: Buffer[] = []
  let whole: Buffer | undefined
  return {
    add(chunk, at) {
      if (at === 0 && chunk.length < length) whole = Buffer.allocUnsafeSlow(length)
      if (whole === undefined) chunks.push(chunk)
      else chunk.copy(whole, at)
    },
    all(total) {
      if (whole !== undefined) return whole
      const [first] = chunks
      return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, total)
    },
  }
}

/** Bytes that are thrown away at least before a connection is cut: shorter rests are not worth losing one for. */
const LEAST_DISCARD = 2 ** 20

/**
 * Throws away what is still to come of a request, so that its sender can read the answer before the connection is
 * closed on them; but little more than a request may have. How long it may take the server's own timeout says.
 */
export function discard(request: IncomingMessage, limit: number): void {
  const most = Math.max(limit, LEAST_DISCARD)
  let total = 0
  request.on('data', (chunk: Buffer) => {
    total += chunk.length
    if (total > most) request.socket.destroy()
  })
  request.resume()
}
