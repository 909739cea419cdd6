/** Whether a text matches a `LIKE` pattern. */
export type Matcher = (text: string) => boolean

/** What stands between two `*`: code points, null for `?`. */
type Segment = ReadonlyArray<string | null>

/**
 * Compiles a `LIKE` pattern: `*` for any text, `?` for one code point, `\` before a character that means itself.
 *
 * The matcher never goes back: the first place where the text between two stars fits is always good enough, and
 * looking for it costs one pass. So hostile text costs its length, whatever the pattern.
 */
export function wildcard(pattern: string): Matcher {
  const segments = split(pattern)
  const [first = [], ...rest] = segments
  const last = rest.pop()
  if (last === undefined) return exactly(first)
  const search = rest.filter((segment) => segment.length > 0).map(finder)
  const head = prefix(first)
  const tail = suffix(last)
  return (text) => {
    let at = head(text)
    if (at === -1) return false
    const end = tail(text)
    for (const find of search) {
      at = find(text, at)
      if (at === -1) return false
    }
    return end >= at
  }
}

function split(pattern: string): Segment[] {
  const segments: Array<Array<string | null>> = [[]]
  const chars = [...pattern]
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? ''
    if (char === '*') segments.push([])
    else if (char === '?') segments.at(-1)?.push(null)
    else if (char === '\\' && at + 1 < chars.length) segments.at(-1)?.push(chars[++at] ?? '')
    else segments.at(-1)?.push(char)
  }
  return segments
}

function plain(segment: Segment): string | undefined {
  return segment.includes(null) ? undefined : segment.join('')
}

function exactly(segment: Segment): Matcher {
  const literal = plain(segment)
  if (literal !== undefined) return (text) => text === literal
  return (text) => fits(text, 0, segment) === text.length
}

/** Where the text goes on behind the segment it begins with, or -1. */
function prefix(segment: Segment): (text: string) => number {
  const literal = plain(segment)
  if (literal !== undefined) return (text) => (text.startsWith(literal) ? literal.length : -1)
  return (text) => fits(text, 0, segment)
}

/** Where the segment that ends the text begins, or -1. */
function suffix(segment: Segment): (text: string) => number {
  const literal = plain(segment)
  if (literal !== undefined) return (text) => (text.endsWith(literal) ? text.length - literal.length : -1)
  return (text) => {
    let at = text.length
    for (let count = segment.length; count > 0 && at > 0; count--) at -= isPair(text, at - 2) ? 2 : 1
    return fits(text, at, segment) === text.length ? at : -1
  }
}

/** Where the text goes on behind the first place from `from` on at which the segment fits, or -1. */
function finder(segment: Segment): (text: string, from: number) => number {
  const literal = plain(segment)
  if (literal === undefined) return bitFinder(segment)
  return (text, from) => {
    const found = text.indexOf(literal, from)
    return found === -1 ? -1 : found + literal.length
  }
}

function fits(text: string, from: number, segment: Segment): number {
  let at = from
  for (const wanted of segment) {
    if (at >= text.length) return -1
    const size = isPair(text, at) ? 2 : 1
    if (wanted !== null && !(wanted.length === size && text.startsWith(wanted, at))) return -1
    at += size
  }
  return at
}

function isPair(text: string, at: number): boolean {
  return (text.codePointAt(at) ?? 0) > 0xffff
}

/**
 * Finds a segment that holds a `?` in one pass (Shift-And): bit n of a state says that the last n + 1 code points
 * fit the first n + 1 of the segment. A longer segment takes several words of 32 bits.
 */
function bitFinder(segment: Segment): (text: string, from: number) => number {
  const words = Math.ceil(segment.length / 32)
  const any = new Int32Array(words)
  const masks = new Map<string, Int32Array>()
  for (const [index, wanted] of segment.entries()) if (wanted === null) setBit(any, index)
  for (const [index, wanted] of segment.entries()) {
    if (wanted === null) continue
    const mask = masks.get(wanted) ?? any.slice()
    setBit(mask, index)
    masks.set(wanted, mask)
  }
  const done = 1 << ((segment.length - 1) % 32)
  return (text, from) => {
    const state = new Int32Array(words)
    for (let at = from; at < text.length; ) {
      const char = isPair(text, at) ? text.slice(at, at + 2) : text.charAt(at)
      const mask = masks.get(char) ?? any
      let carry = 1
      for (let word = 0; word < words; word++) {
        const bits = state[word] ?? 0
        state[word] = ((bits << 1) | carry) & (mask[word] ?? 0)
        carry = bits >>> 31
      }
      at += char.length
      if (((state[words - 1] ?? 0) & done) !== 0) return at
    }
    return -1
  }
}

function setBit(words: Int32Array, index: number): void {
  const word = index >> 5
  words[word] = (words[word] ?? 0) | (1 << (index % 32))
}
