/**
 * Where to cut UTF-8 so that at most `max` bytes are left and no character is cut in two. Bytes that are no
 * UTF-8 are cut at `max`.
 */
export function cutAt(bytes: Uint8Array, max: number): number {
  if (bytes.length <= max) return bytes.length
  // A character has at most three continuation bytes (10xxxxxx) after its first.
  for (let at = max; at > 0 && at > max - 4; at--) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return at
  return max
}

/** The first `max` bytes of a text in UTF-8, less the character that the cut would fall into. */
export function cutText(text: string, max: number): string {
  // `max` UTF-16 units have at least as many bytes, so no more than those need to be encoded.
  const bytes = Buffer.from(text.slice(0, max + 1))
  return bytes.toString('utf8', 0, cutAt(bytes, max))
}

/** Whether `text[from, to)` is nothing but spaces and tabs (and what is like them in ASCII). */
export function isBlank(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at)
    if (unit !== 32 && (unit < 9 || unit > 13)) return false
  }
  return true
}
