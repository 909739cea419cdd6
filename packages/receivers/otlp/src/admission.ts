import { Refusal } from './refusal.ts'

/** The bytes of one request. */
export interface Ticket {
  /** Adds bytes, before they are kept. Throws a `busy` {@link Refusal} when there is no room. */
  grow(bytes: number): void
  /** Gives some back. */
  shrink(bytes: number): void
  /** Gives all back; later calls do nothing. */
  release(): void
}

/** Bounds the bytes of all requests together. */
export interface Admission {
  open(): Ticket
  readonly bytesInFlight: number
}

/**
 * Lets in requests up to `limit` bytes. One that is alone is always let in: otherwise a limit below the size of one
 * request would refuse it for ever.
 */
export function admission(limit: number): Admission {
  let total = 0
  return {
    get bytesInFlight() {
      return total
    },
    open() {
      let own = 0
      let released = false
      const give = (bytes: number) => {
        own -= bytes
        total -= bytes
      }
      return {
        grow(bytes) {
          if (released) return
          if (total + bytes > limit && total > own) {
            throw new Refusal('busy', 'too many requests are under way; send this one again later')
          }
          own += bytes
          total += bytes
        },
        shrink(bytes) {
          if (!released) give(Math.min(bytes, own))
        },
        release() {
          if (released) return
          released = true
          give(own)
        },
      }
    },
  }
}
