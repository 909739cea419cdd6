import { basename, dirname, join } from 'node:path'

/** What is put behind a name or before its extension: `.1`, `-20261124`, `.2026-11-24T10-00-00.000`. */
const NUMBERED = /^[.\-_]\d[\d.\-_:TZ]{0,40}$/
/** Names are short; what is longer is none that a rotation made. */
const LONGEST = 255

/**
 * The paths whose file may have been renamed or copied to `path` by a rotation: `a.log` for `a.log.1`, `a.log.2.gz`,
 * `a.log-20261124`, `a-20261124.log` and `a-2026-11-24.log.gz`.
 */
export function basesOf(path: string): string[] {
  const name = basename(path)
  if (name.length > LONGEST) return []
  const directory = dirname(path)
  const bases = new Set<string>()
  const plain = name.endsWith('.gz') ? name.slice(0, -3) : name
  // What was compressed in its place.
  if (plain !== name && plain !== '') bases.add(plain)
  for (let at = 1; at < plain.length; at++) {
    if (!isSeparator(plain.charCodeAt(at))) continue
    if (NUMBERED.test(plain.slice(at))) bases.add(plain.slice(0, at))
    const dot = plain.lastIndexOf('.')
    if (dot > at && NUMBERED.test(plain.slice(at, dot))) bases.add(plain.slice(0, at) + plain.slice(dot))
  }
  bases.delete(name)
  return [...bases].map((base) => join(directory, base))
}

const COUNTED = /\.(\d{1,6})(?:\.gz)?$/

/** Whether the first of two rotated names is that of the older file; `undefined` where they are not numbered. */
export function olderByNumber(first: string, second: string): boolean | undefined {
  const a = COUNTED.exec(first)?.[1]
  const b = COUNTED.exec(second)?.[1]
  return a === undefined || b === undefined ? undefined : Number(a) > Number(b)
}

function isSeparator(unit: number): boolean {
  return unit === 0x2e || unit === 0x2d || unit === 0x5f
}
