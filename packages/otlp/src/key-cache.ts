const SLOTS = 1024
const MAX_LENGTH = 64

/**
 * Keys that were seen, by where their hash falls: a few dozen names come again in every record. Comparing bytes
 * with a name that is there costs a third of making a new string of them and finding its like among an object's
 * keys. The last one of a slot stays, so that whatever is sent the size is bounded.
 */
const slots: (string | undefined)[] = new Array(SLOTS).fill(undefined)

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const middle = bytes[(start + end) >>> 1] ?? 0
  // Names of one origin begin alike: they differ in length, at the end and in the middle.
  return (end - start + (bytes[end - 1] ?? 0) * 5 + (bytes[end - 3] ?? 0) * 37 + middle * 131) % SLOTS
}

/** The key that these bytes spell, where it is known. */
export function cachedKey(bytes: Uint8Array, start: number, end: number): string | undefined {
  const length = end - start
  if (length === 0) return ''
  const known = slots[slotOf(bytes, start, end)]
  if (known === undefined || known.length !== length) return undefined
  for (let at = 0; at < length; at++) if (known.charCodeAt(at) !== bytes[start + at]) return undefined
  return known
}

/** Keeps the key that these bytes spell, and gives it back. */
export function cacheKey(key: string, bytes: Uint8Array, start: number, end: number): string {
  // One that is not ASCII has fewer characters than bytes, and would never be found.
  if (key.length === end - start && key.length <= MAX_LENGTH) slots[slotOf(bytes, start, end)] = key
  return key
}
