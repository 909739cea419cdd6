import type { Mark } from './fingerprint.ts'

/** One file's share of a source: which file it is, and how far it has been read. */
export interface Part {
  /** Where it was last seen. An inode is used again once its file is gone, so that alone says little. */
  dev: bigint
  ino: bigint
  /** When it was last changed, as far as is known; nanoseconds since 1970. */
  mtime: bigint
  /** Whether it is through: it is kept to be known again. */
  done: boolean
  head: Mark
  /** The byte, in the decompressed text, behind the last line that was accepted. */
  at: number
  /** What lies before `at`. */
  tail: Mark
}

/** The version of the text. Another one is not understood, and the source begins anew. */
const VERSION = 'file1'
/** More than {@link MAX_PARTS} parts have. What is longer did not come from here. */
const MAX_TEXT = 64 * 2 ** 10
/** Files of one source that a position can name. */
export const MAX_PARTS = 100

/** All of a part but `at` and `tail`, which alone change with each batch. */
export function encodeFixed({ dev, ino, mtime, done, head }: Part): string {
  return `${dev}.${ino}.${mtime}.${done ? 1 : 0}.${head.bytes}.${head.sum}`
}

export function encodePart(part: Part): string {
  return `${encodeFixed(part)}.${part.at}.${part.tail.bytes}.${part.tail.sum}`
}

/** The text of a position whose parts, oldest first, have been encoded. */
export function encodePosition(parts: readonly string[]): string {
  return `${VERSION}:${parts.join(',')}`
}

const PART =
  /^(\d{1,20})\.(\d{1,20})\.(-?\d{1,20})\.([01])\.(\d{1,4})\.([0-9a-f]{0,16})\.(\d{1,16})\.(\d{1,2})\.(\d{0,10})$/

/** The parts of a position, or `undefined` for a text that this version does not understand. */
export function decodePosition(text: string): Part[] | undefined {
  if (text.length > MAX_TEXT || !text.startsWith(`${VERSION}:`)) return undefined
  const parts: Part[] = []
  for (const encoded of text.slice(VERSION.length + 1).split(',')) {
    const [, dev, ino, mtime, done, head, headSum, at, tail, tailSum] = PART.exec(encoded) ?? []
    if (dev === undefined || ino === undefined || mtime === undefined) return undefined
    if (headSum === undefined || tailSum === undefined || parts.length === MAX_PARTS) return undefined
    parts.push({
      dev: BigInt(dev),
      ino: BigInt(ino),
      mtime: BigInt(mtime),
      done: done === '1',
      head: { bytes: Number(head), sum: headSum },
      at: Number(at),
      tail: { bytes: Number(tail), sum: tailSum },
    })
  }
  return parts
}
