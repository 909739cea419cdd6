/**
 * An address as eight UTF-16 units, one for each 16 bits, so that `===` and `<` on keys compare addresses. An IPv4
 * address is kept as IPv6 has it (`::ffff:a.b.c.d`), as Elasticsearch does.
 */
export type IpKey = string

const V4_PREFIX = '\0\0\0\0\0\uffff'
const LONGEST = 45

/** Reads an IPv4 or IPv6 address; null for any other text, a masked one such as `203.0.113.***` too. */
export function parseIp(text: string): IpKey | null {
  if (text.length > LONGEST) return null
  return text.includes(':') ? parseV6(text) : parseV4(text)
}

/** The canonical text of an address: dotted for IPv4, RFC 5952 for IPv6. */
export function formatIp(key: IpKey): string {
  const units = Array.from({ length: 8 }, (_, index) => key.charCodeAt(index))
  if (key.startsWith(V4_PREFIX)) {
    return units
      .slice(6)
      .flatMap((unit) => [unit >> 8, unit & 0xff])
      .join('.')
  }
  const zeros = longestZeroRun(units)
  const hex = units.map((unit) => unit.toString(16))
  if (zeros.length < 2) return hex.join(':')
  return `${hex.slice(0, zeros.start).join(':')}::${hex.slice(zeros.start + zeros.length).join(':')}`
}

// Read digit by digit: this runs for every record that a network range is asked about.
function parseV4(text: string): IpKey | null {
  let address = 0
  let part = 0
  let digits = 0
  let dots = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === 0x2e) {
      if (digits === 0 || ++dots > 3) return null
      address = address * 256 + part
      part = 0
      digits = 0
    } else {
      // A leading zero is refused: some read it as octal.
      if (unit < 0x30 || unit > 0x39 || (digits > 0 && part === 0)) return null
      part = part * 10 + unit - 0x30
      digits++
      if (part > 255) return null
    }
  }
  if (dots !== 3 || digits === 0) return null
  return V4_PREFIX + String.fromCharCode(Math.floor(address / 256), ((address & 0xff) << 8) | part)
}

function parseV6(text: string): IpKey | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const head = parseGroups(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 1 ? '' : parseGroups(halves[1] ?? '', true)
  if (head === null || tail === null) return null
  if (halves.length === 1) return head.length === 8 ? head : null
  // `::` stands for at least one group of zeros.
  const missing = 8 - head.length - tail.length
  return missing < 1 ? null : head + '\0'.repeat(missing) + tail
}

/** Groups of hex digits; the last two may be written as an IPv4 address at the end of the text. */
function parseGroups(text: string, atEnd: boolean): string | null {
  if (text === '') return ''
  const groups = text.split(':')
  let key = ''
  for (const [index, group] of groups.entries()) {
    if (atEnd && index === groups.length - 1 && group.includes('.')) {
      const v4 = parseV4(group)
      if (v4 === null) return null
      key += v4.slice(6)
    } else {
      if (!/^[0-9A-Fa-f]{1,4}$/.test(group)) return null
      key += String.fromCharCode(Number.parseInt(group, 16))
    }
  }
  return key
}

function longestZeroRun(units: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  units.forEach((unit, index) => {
    if (unit !== 0) start = index + 1
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start }
  })
  return best
}
