/** A source of numbers that a seed decides, the same on every machine: integers and plain arithmetic only. */
export type Random = {
  /** A whole number from 0 up to, not including, `limit` (at most 2^32). */
  below(limit: number): number
  /** A number in [0, 1). */
  unit(): number
  /** True with this probability. */
  chance(probability: number): boolean
  /** A whole number in [low, high]. */
  between(low: number, high: number): number
  /** One of the list. */
  pick<T>(list: readonly T[]): T
  /** A GUID of version 4. */
  guid(): string
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

const hex32 = (word: number): string =>
  `${HEX[word >>> 24]}${HEX[(word >>> 16) & 255]}${HEX[(word >>> 8) & 255]}${HEX[word & 255]}`

/**
 * sfc32 (Chris Doty-Humphrey's small fast counter), seeded by a number and a label. Each part of a scenario
 * takes a label of its own, so that a change to one part leaves the bytes of the others as they were.
 */
export function createRandom(seed: number, label: string): Random {
  let a = seed >>> 0
  let b = fnv1a(label)
  let c = 0x9e3779b9
  let counter = 1

  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  // The first numbers still show the seed.
  for (let i = 0; i < 16; i++) next()

  const unit = () => next() / 0x1_0000_0000
  const below = (limit: number) => Math.floor(unit() * limit)
  return {
    below,
    unit,
    chance: (probability) => unit() < probability,
    between: (low, high) => low + below(high - low + 1),
    pick: (list) => {
      if (list.length === 0) throw new RangeError('cannot pick from an empty list')
      return list[below(list.length)] as (typeof list)[number] // below() stays inside the list
    },
    guid: () => {
      const first = hex32(next())
      const second = hex32(next())
      const third = hex32(next())
      const version = `4${second.slice(5)}`
      const variant = `${'89ab'[next() & 3]}${third.slice(1, 4)}`
      return `${first}-${second.slice(0, 4)}-${version}-${variant}-${third.slice(4)}${hex32(next())}`
    },
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
