import { damaged, META_PAGES } from './page-file.ts'
import { createPageSet } from './page-set.ts'
import { type Walk, walkTree } from './page-tree.ts'

/**
 * Walks the tree of free pages and checks that none of them is in use: LMDB would write over it. To be called when the
 * other tree has been walked.
 *
 * Its keys are transactions, its values lists of whole numbers of 64 bits: how many follow, then pages. In lmdb's LMDB
 * zero is a gap, and a negative number -n says that the next one begins a run of n pages.
 *
 * @throws StorageProblem `storage_corrupt`
 */
export function checkFreePages(walk: Walk): void {
  const { path, file } = walk
  const free: number[] = []
  walkTree(walk, {
    tree: file.free,
    order: (a, b) => compareWhole(a, b),
    visit(key, value, page) {
      if (key.length !== 8 || value.length < 8 || value.length % 8 !== 0)
        throw damaged(path, `page ${page} has no list of free pages where one should be`)
      const count = Number(value.readBigUInt64LE(0))
      if (count > value.length / 8 - 1)
        throw damaged(path, `page ${page} has a list of free pages that is cut off`)
      let run = 1
      for (let index = 1; index <= count; index++) {
        const number = Number(value.readBigInt64LE(index * 8))
        if (number < 0) run = -number
        else if (number > 0) {
          if (number < META_PAGES || number + run - 1 > file.lastPage)
            throw damaged(path, `page ${page} lists free pages that cannot be`)
          free.push(number, run)
          run = 1
        }
      }
    },
  })
  // Only now are the pages of the list itself known, too.
  const seen = createPageSet(file.lastPage)
  for (let index = 0; index < free.length; index += 2) {
    const first = free[index] ?? 0
    for (let page = first; page < first + (free[index + 1] ?? 0); page++) {
      if (walk.used.has(page)) throw damaged(path, `page ${page} is in use and listed as free`)
      if (seen.has(page)) throw damaged(path, `page ${page} is listed as free twice`)
      seen.add(page)
    }
  }
}

function compareWhole(a: Buffer, b: Buffer): number {
  if (a.length !== 8 || b.length !== 8) return a.length - b.length
  const difference = a.readBigUInt64LE(0) - b.readBigUInt64LE(0)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}
