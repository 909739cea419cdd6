import { OWN_PREFIX, openEntry, VALUE_HEAD } from './entry.ts'
import { checkFreePages } from './free-pages.ts'
import type { Identity } from './lmdb-file.ts'
import { damaged, openPageFile } from './page-file.ts'
import { createPageSet } from './page-set.ts'
import { walkTree } from './page-tree.ts'
import { decodeSums, IDENTITY_KEY, noSums, SUMS_KEY, type Sums } from './sums.ts'

/** What is in one space. */
export interface SpaceSums {
  entries: number
  /** Of keys and values, as they lie in LMDB. */
  bytes: number
}

/** A data file in which everything is as it should be. */
export interface Verified {
  readonly identity: Identity
  readonly spaces: ReadonlyMap<string, SpaceSums>
  readonly entries: number
}

/**
 * Reads all of a data file that no one writes to, without LMDB, and checks every page and every entry.
 *
 * Found: a file that is empty, cut off, zeroed or another one; one flipped bit in a value, a key, or a page that is in
 * use; a page that is an older one of itself; an entry that is gone. Not found: damage to pages that are free, which
 * nobody reads, and a whole file that is an older, sound one.
 *
 * @throws StorageProblem `storage_corrupt` with the path and what is wrong; what the file system throws
 */
export function verifyData(path: string): Verified {
  const file = openPageFile(path)
  try {
    const walk = { path, file, used: createPageSet(file.lastPage) }
    const spaces = new Map<string, SpaceSums>()
    const sums = noSums()
    let stored: Sums | undefined
    let identity: Identity | undefined
    // A whole number for as long as it is one: a bigint for each entry takes its time.
    let checksums = 0
    walkTree(walk, {
      tree: file.main,
      order: (a, b) => a.compare(b),
      visit(key, value, page) {
        const entry = openEntry(key, value)
        if (typeof entry === 'string') throw damaged(path, `in page ${page} there is a bad entry: ${entry}`)
        if (key[0] === OWN_PREFIX) {
          if (key.equals(SUMS_KEY)) stored = decodeSums(value)
          else if (key.equals(IDENTITY_KEY)) identity = JSON.parse(value.toString('utf8', VALUE_HEAD))
          return
        }
        const bytes = key.length + value.length
        sums.count++
        sums.bytes += bytes
        checksums += value.readUInt32LE(0)
        if (checksums > 2 ** 52) {
          sums.sum += BigInt(checksums)
          checksums = 0
        }
        const space = spaces.get(entry.space)
        if (space === undefined) spaces.set(entry.space, { entries: 1, bytes })
        else {
          space.entries++
          space.bytes += bytes
        }
      },
    })
    checkFreePages(walk)
    if (stored === undefined || identity === undefined)
      throw damaged(path, 'what it says of itself is missing')
    sums.sum += BigInt(checksums)
    if (stored.count !== sums.count || stored.bytes !== sums.bytes || stored.sum !== sums.sum)
      throw damaged(
        path,
        `it holds ${sums.count} entries that are not the ${stored.count} that were written last`,
      )
    return { identity, spaces, entries: sums.count }
  } finally {
    file.close()
  }
}
