import { createHmac } from 'node:crypto'
import type { AnyValue } from '@lacuna/sdk'
import type { RedactRule } from './config.ts'

/** What stands for a value that must not be known. */
export const REDACTED = '[redacted]'
/** Characters of a hash: 128 bits, so that no two values of a fleet share one. */
const HASH_LENGTH = 32

/** A value that may not be kept, and what stands for it. */
export type Replaced = readonly [original: string, replacement: string]

/** Gives what stands for a value that is no list and no map. Null has nothing to hide and stays. */
export type Replace = (value: Exclude<AnyValue, AnyValue[]>, rule: RedactRule) => string

/**
 * Makes the replacements of a configuration.
 *
 * A hash is HMAC-SHA-256 over the text of the value, in hex, cut to 32 characters: the same for a number and its
 * text, and for a value under any name, so that what belongs together can still be found together.
 *
 * @example
 * ```ts
 * replacer(undefined)('203.0.113.7', { attributes: ['a'], action: 'mask', keep_last: 2 }) // '[redacted].7'
 * ```
 */
export function replacer(key: string | undefined): Replace {
  return (value, { action, keep_last }) => {
    if (action === 'hash' && key !== undefined) {
      const bytes = value instanceof Uint8Array ? value : textOf(value)
      return createHmac('sha256', key).update(bytes).digest('hex').slice(0, HASH_LENGTH)
    }
    if (keep_last === undefined || value instanceof Uint8Array) return REDACTED
    const text = textOf(value)
    // Of a short value the last characters would be most of it.
    return text.length > 2 * keep_last ? REDACTED + wellFormedEnd(text, keep_last) : REDACTED
  }
}

/** A scalar as text. */
export function textOf(value: AnyValue): string {
  return typeof value === 'string' ? value : String(value)
}

function wellFormedEnd(text: string, count: number): string {
  const end = text.slice(-count)
  // Half a pair would be no character at all.
  return /^[\udc00-\udfff]/.test(end) ? end.slice(1) : end
}
