import {
  BRANCH,
  damaged,
  LEAF,
  META_PAGES,
  OVERFLOW,
  PAGE_HEAD,
  type PageFile,
  type TreeMeta,
} from './page-file.ts'
import type { PageSet } from './page-set.ts'

/** Bytes of a node before its key. */
const NODE_HEAD = 8
/** The value lies in pages of its own; in its place is their number. */
const BIG_DATA = 0x01
const BIG_POINTER = 24
/** Deeper than any tree that fits on a disk: what goes further goes in a circle. */
const MAX_DEPTH = 32

/** A file whose trees are walked. */
export interface Walk {
  readonly path: string
  readonly file: PageFile
  /** Pages that were met: none may be met twice. */
  readonly used: PageSet
}

/** One of its trees. */
export interface TreeWalk {
  readonly tree: TreeMeta
  order(a: Buffer, b: Buffer): number
  /** Called for each entry in order. Both are views that are good until it returns. */
  visit(key: Buffer, value: Buffer, page: number): void
}

/** The walk of one tree, as far as it has come. */
interface Progress extends Walk, TreeWalk {
  /** One page for each level, because a branch is needed until its last child has been walked. */
  readonly levels: readonly Buffer[]
  big: Buffer
  last: Buffer | undefined
  branchPages: number
  leafPages: number
  overflowPages: number
  entries: number
}

/**
 * Walks a tree, and checks on the way all that LMDB takes for granted: every page is in the file, is what it should
 * be and is met once, every offset lies in its page, keys ascend and lie where the branches say, and the counts are
 * those of the meta page.
 *
 * @throws StorageProblem `storage_corrupt` with the page
 */
export function walkTree(walk: Walk, treeWalk: TreeWalk): void {
  const { tree } = treeWalk
  const { path, file } = walk
  if (tree.depth > MAX_DEPTH) throw damaged(path, `a tree says that it is ${tree.depth} levels deep`)
  const progress: Progress = {
    path,
    file,
    used: walk.used,
    tree,
    order: treeWalk.order,
    visit: treeWalk.visit,
    levels: Array.from({ length: tree.depth }, () => Buffer.alloc(file.pageSize)),
    big: Buffer.alloc(0),
    last: undefined,
    branchPages: 0,
    leafPages: 0,
    overflowPages: 0,
    entries: 0,
  }
  if (tree.root !== undefined) walkPage(progress, tree.root, 0, undefined, undefined)
  const same =
    progress.branchPages === tree.branchPages &&
    progress.leafPages === tree.leafPages &&
    progress.overflowPages === tree.overflowPages &&
    progress.entries === tree.entries
  if (!same) throw damaged(path, `it should have ${tree.entries} entries, and has ${progress.entries}`)
}

/** Takes pages as used, and sees that they are there. */
function use({ path, file, used }: Walk, page: number, count: number): void {
  if (page < META_PAGES || page + count - 1 > file.lastPage)
    throw damaged(path, `page ${page} is in use and cannot be`)
  if (page + count > file.pages)
    throw damaged(path, `it is cut off: page ${page + count - 1} is in use, and there are ${file.pages}`)
  for (let each = page; each < page + count; each++) {
    if (used.has(each)) throw damaged(path, `page ${each} is in use twice`)
    used.add(each)
  }
}

/** A page whose keys are from `from` on and less than `to`. */
function walkPage(
  progress: Progress,
  page: number,
  level: number,
  from: Buffer | undefined,
  to: Buffer | undefined,
): void {
  const { path, file, levels } = progress
  const buffer = levels[level]
  if (buffer === undefined) throw damaged(path, `page ${page} lies deeper than its tree`)
  use(progress, page, 1)
  file.read(page, 1, buffer)
  const isLeaf = level === levels.length - 1
  const kind = buffer.readUInt16LE(18) & (BRANCH | LEAF | OVERFLOW)
  if (pageNumber(buffer, 0) !== page || kind !== (isLeaf ? LEAF : BRANCH))
    throw damaged(path, `page ${page} is not the ${isLeaf ? 'leaf' : 'branch'} that it should be`)
  const lower = buffer.readUInt16LE(20)
  const upper = buffer.readUInt16LE(22)
  if (lower < 2 || upper < lower || upper > file.pageSize - PAGE_HEAD)
    throw damaged(path, `page ${page} has an impossible head`)
  if (isLeaf) walkLeaf(progress, page, buffer, lower >> 1, from, to)
  else walkBranch(progress, page, buffer, level, from, to)
}

function walkBranch(
  progress: Progress,
  page: number,
  buffer: Buffer,
  level: number,
  from: Buffer | undefined,
  to: Buffer | undefined,
): void {
  progress.branchPages++
  const nodes = buffer.readUInt16LE(20) >> 1
  let at = nodeAt(progress, page, buffer, 0)
  // The first key of a branch stands for all that is less, and is never looked at.
  let low = from
  for (let index = 0; index < nodes; index++) {
    const nextAt = index === nodes - 1 ? undefined : nodeAt(progress, page, buffer, index + 1)
    const high = nextAt === undefined ? to : keyAt(progress, page, buffer, nextAt)
    const child = buffer.readUInt32LE(at) + buffer.readUInt16LE(at + 4) * 2 ** 32
    walkPage(progress, child, level + 1, low, high)
    low = high
    at = nextAt ?? at
  }
}

function walkLeaf(
  progress: Progress,
  page: number,
  buffer: Buffer,
  nodes: number,
  from: Buffer | undefined,
  to: Buffer | undefined,
): void {
  const { path, file, order } = progress
  progress.leafPages++
  for (let index = 0; index < nodes; index++) {
    const at = nodeAt(progress, page, buffer, index)
    const key = keyAt(progress, page, buffer, at)
    const { last } = progress
    if (last !== undefined && order(last, key) >= 0)
      throw damaged(path, `page ${page} has a key out of order`)
    if (index === 0 && from !== undefined && order(from, key) > 0)
      throw damaged(path, `page ${page} has a key that belongs before it`)
    if (index === nodes - 1 && to !== undefined && order(key, to) >= 0)
      throw damaged(path, `page ${page} has a key that belongs behind it`)
    const length = buffer.readUInt32LE(at)
    const flags = buffer.readUInt16LE(at + 4)
    if (flags !== 0 && flags !== BIG_DATA) throw damaged(path, `page ${page} has an entry of an unknown kind`)
    const start = at + NODE_HEAD + key.length
    const end = start + (flags === BIG_DATA ? BIG_POINTER : length)
    if (end > file.pageSize) throw damaged(path, `page ${page} has a value that does not fit`)
    const own = buffer.subarray(start, end)
    progress.entries++
    progress.visit(key, flags === BIG_DATA ? readBig(progress, own, length) : own, page)
    // The buffer is the next leaf's, too.
    progress.last = index === nodes - 1 ? Buffer.from(key) : key
  }
}

/** Where a node begins in its page. */
function nodeAt({ path, file }: Walk, page: number, buffer: Buffer, index: number): number {
  const at = PAGE_HEAD + buffer.readUInt16LE(PAGE_HEAD + index * 2)
  const upper = PAGE_HEAD + buffer.readUInt16LE(22)
  if (at < upper || at + NODE_HEAD > file.pageSize)
    throw damaged(path, `page ${page} has a node that does not fit`)
  return at
}

function keyAt({ path, file }: Walk, page: number, buffer: Buffer, at: number): Buffer {
  const end = at + NODE_HEAD + buffer.readUInt16LE(at + 6)
  if (end > file.pageSize) throw damaged(path, `page ${page} has a key that does not fit`)
  return buffer.subarray(at + NODE_HEAD, end)
}

/** A value in pages of its own. */
function readBig(progress: Progress, pointer: Buffer, length: number): Buffer {
  const { path, file } = progress
  const page = pageNumber(pointer, 0)
  // As many as it was given once: a shorter value that takes the place of a longer one keeps them.
  const count = pageNumber(pointer, 16)
  if (count * file.pageSize < PAGE_HEAD + length)
    throw damaged(path, `page ${page} is too small for its value`)
  use(progress, page, count)
  progress.overflowPages += count
  if (progress.big.length < count * file.pageSize)
    progress.big = Buffer.allocUnsafeSlow(count * file.pageSize)
  const { big } = progress
  file.read(page, count, big)
  if (
    (big.readUInt16LE(18) & OVERFLOW) === 0 ||
    pageNumber(big, 0) !== page ||
    big.readUInt32LE(20) !== count
  )
    throw damaged(path, `page ${page} is not the value that it should be`)
  return big.subarray(PAGE_HEAD, PAGE_HEAD + length)
}

function pageNumber(bytes: Buffer, offset: number): number {
  return bytes.readUInt32LE(offset) + bytes.readUInt32LE(offset + 4) * 2 ** 32
}
