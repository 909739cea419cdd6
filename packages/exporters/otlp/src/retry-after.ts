import type { Clock } from '@lacuna/sdk'
import { toMillis } from '@lacuna/sdk'

/**
 * Milliseconds of a `Retry-After` header (RFC 9110, section 10.2.3): seconds, or a date. `undefined` for what is
 * neither.
 */
export function retryAfter(header: string | undefined, clock: Clock): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  // Dates have letters; Date.parse would take a bare `-1` for one.
  const date = /^[A-Z][a-z]{2,8},? /.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - toMillis(clock.now()))
}
