const SLOTS = 1024
const MAX_LENGTH = 64

/** Texts that were seen, by where their hash falls. The last one of a slot stays, so the size is bounded. */
export type TextCache = (string | undefined)[]

const newCache = (): TextCache => new Array(SLOTS).fill(undefined)

/**
 * Keys: a few dozen names come again in every record. Comparing bytes with a name that is there costs a third of
 * making a new string of them and finding its like among an object's keys.
 */
export const KEYS = newCache()

/** Short values: of regions, operations and versions there are few, and most of a record's texts are such. */
export const VALUES = newCache()

/** Longer values are mostly ids, which never come again and would only push out what does. */
export const MAX_VALUE_LENGTH = 32

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const middle = bytes[(start + end) >>> 1] ?? 0
  // Names of one origin begin alike: they differ in length, at the end and in the middle.
  return (end - start + (bytes[end - 1] ?? 0) * 5 + (bytes[end - 3] ?? 0) * 37 + middle * 131) % SLOTS
}

/** The text that these bytes spell, where it is known. */
export function cached(cache: TextCache, bytes: Uint8Array, start: number, end: number): string | undefined {
  const length = end - start
  if (length === 0) return ''
  const known = cache[slotOf(bytes, start, end)]
  if (known === undefined || known.length !== length) return undefined
  for (let at = 0; at < length; at++) if (known.charCodeAt(at) !== bytes[start + at]) return undefined
  return known
}

/** Keeps the text that these bytes spell, and gives it back. */
export function keep(cache: TextCache, text: string, bytes: Uint8Array, start: number, end: number): string {
  // One that is not ASCII has fewer characters than bytes, and would never be found.
  if (text.length !== end - start || text.length > MAX_LENGTH) return text
  const own = internalized(text)
  cache[slotOf(bytes, start, end)] = own
  return own
}

/**
 * The engine's one copy of a text: an object finds a property by it at once, and two that are the same are known to be
 * without a look at their letters.
 */
function internalized(text: string): string {
  return Object.keys({ [text]: null })[0] ?? text
}
