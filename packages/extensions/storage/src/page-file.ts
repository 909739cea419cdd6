import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { StorageProblem } from './problem.ts'

/**
 * LMDB's file as bytes on a disk: data format 2 of the LMDB in `lmdb` 3.5, little endian, 64 bits. Read here without
 * LMDB, which trusts what it maps: a page number beyond the end of the file, or an offset beyond its page, ends the
 * process with SIGBUS or SIGSEGV instead of an error.
 */
const MAGIC = 0xbeefc0de
const FORMAT = 2

/** Bytes of a page's head. Offsets in a page are counted from behind it. */
export const PAGE_HEAD = 24
const META_LENGTH = 144

/** Bits of a page's kind; the others are of no meaning on the disk. */
export const BRANCH = 0x01
export const LEAF = 0x02
export const OVERFLOW = 0x04
const META = 0x08

/** The first pages say where the trees begin. */
export const META_PAGES = 2

/** No page: the root of an empty tree. */
const NONE = 0xffff_ffff_ffff_ffffn

/** One tree as its meta page describes it. */
export interface TreeMeta {
  readonly depth: number
  readonly branchPages: number
  readonly leafPages: number
  readonly overflowPages: number
  readonly entries: number
  /** `undefined` when it is empty. */
  readonly root: number | undefined
}

export interface PageFile {
  readonly pageSize: number
  /** Pages that lie whole in the file. */
  readonly pages: number
  readonly lastPage: number
  readonly free: TreeMeta
  readonly main: TreeMeta
  /** Reads pages into a buffer that is large enough, and gives it. */
  read(page: number, count: number, into: Buffer): Buffer
  close(): void
}

/**
 * Opens a file and checks its first pages.
 *
 * @throws StorageProblem `storage_corrupt` when it is no LMDB file, or ends too early
 */
export function openPageFile(path: string): PageFile {
  const file = openSync(path, 'r')
  try {
    return describe(path, file)
  } catch (error) {
    closeSync(file)
    throw error
  }
}

function describe(path: string, file: number): PageFile {
  const size = fstatSync(file).size
  const metaAt = (offset: number): Buffer => {
    const bytes = Buffer.alloc(PAGE_HEAD + META_LENGTH)
    if (readSync(file, bytes, 0, bytes.length, offset) < bytes.length)
      throw damaged(path, `it is cut off after ${size} bytes`)
    return bytes
  }
  if (size === 0) throw damaged(path, 'it is empty')
  const first = metaAt(0)
  checkMeta(path, first, 0)
  const pageSize = first.readUInt32LE(PAGE_HEAD + 24)
  if (pageSize < 512 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0)
    throw damaged(path, `its page size cannot be ${pageSize}`)
  const second = metaAt(pageSize)
  checkMeta(path, second, 1)
  // Written in turn: the greater transaction is the last one that was completed.
  const transaction = (meta: Buffer) => meta.readBigUInt64LE(PAGE_HEAD + 128)
  const meta = transaction(first) >= transaction(second) ? first : second
  if (meta.readUInt32LE(PAGE_HEAD + 24) !== pageSize)
    throw damaged(path, 'its first two pages contradict each other')
  const lastPage = whole(path, meta, PAGE_HEAD + 120)
  if (lastPage < META_PAGES - 1) throw damaged(path, `its last page cannot be ${lastPage}`)
  return {
    pageSize,
    pages: Math.floor(size / pageSize),
    lastPage,
    free: readTree(path, meta, PAGE_HEAD + 24),
    main: readTree(path, meta, PAGE_HEAD + 72),
    read(page, count, into) {
      const length = readSync(file, into, 0, count * pageSize, page * pageSize)
      if (length < count * pageSize) throw damaged(path, `page ${page} lies beyond the end of the file`)
      return into
    },
    close: () => closeSync(file),
  }
}

function checkMeta(path: string, meta: Buffer, page: number): void {
  if (meta.every((byte) => byte === 0)) throw damaged(path, `page ${page} holds nothing but zeros`)
  if ((meta.readUInt16LE(18) & META) === 0 || meta.readUInt32LE(PAGE_HEAD) !== MAGIC)
    throw damaged(path, `page ${page} is not the first page of an LMDB file`)
  const format = meta.readUInt32LE(PAGE_HEAD + 4) & 0xffff
  if (format !== FORMAT)
    throw damaged(path, `it has LMDB's data format ${format}, and this Lacuna reads ${FORMAT}`)
  if (Number(meta.readBigUInt64LE(0)) !== page)
    throw damaged(path, `page ${page} says that it is another one`)
}

function readTree(path: string, meta: Buffer, offset: number): TreeMeta {
  return {
    depth: meta.readUInt16LE(offset + 6),
    branchPages: whole(path, meta, offset + 8),
    leafPages: whole(path, meta, offset + 16),
    overflowPages: whole(path, meta, offset + 24),
    entries: whole(path, meta, offset + 32),
    root: meta.readBigUInt64LE(offset + 40) === NONE ? undefined : whole(path, meta, offset + 40),
  }
}

function whole(path: string, meta: Buffer, offset: number): number {
  const value = meta.readBigUInt64LE(offset)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(path, 'its first pages hold impossible numbers')
  return Number(value)
}

/** What every finding is told as. */
export function damaged(path: string, what: string): StorageProblem {
  return new StorageProblem('storage_corrupt', `${path} is damaged: ${what}`)
}
