import { isNumeric, type Truth } from './value.ts'

/**
 * Compares two texts as ES|QL does, by code point. JavaScript's own `<` compares UTF-16 units, which puts U+FF5E
 * behind an emoji.
 */
function compareText(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at)
    const right = b.charCodeAt(at)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Surrogates stand for code points beyond U+FFFF: they go behind every other unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/**
 * `a == b`: null when either is null or no single value, or when they are of different types. A number and a bigint
 * are compared by their exact values; NaN equals nothing.
 */
export function equals(a: unknown, b: unknown): Truth {
  if (typeof a === 'string') return typeof b === 'string' ? a === b : null
  if (typeof a === 'number' && typeof b === 'number') return a === b
  // Between a number and a bigint === is false for equal values; the orderings are exact.
  if (isNumeric(a)) return isNumeric(b) ? a <= b && a >= b : null
  return typeof a === 'boolean' && typeof b === 'boolean' ? a === b : null
}

/** `a < b`, with the nulls of {@link equals}. Booleans have no order. */
export function isLess(a: unknown, b: unknown): Truth {
  if (isNumeric(a)) return isNumeric(b) ? a < b : null
  return typeof a === 'string' && typeof b === 'string' ? compareText(a, b) < 0 : null
}

/** `a <= b`, with the nulls of {@link isLess}. */
export function isLessOrEqual(a: unknown, b: unknown): Truth {
  if (isNumeric(a)) return isNumeric(b) ? a <= b : null
  return typeof a === 'string' && typeof b === 'string' ? compareText(a, b) <= 0 : null
}
