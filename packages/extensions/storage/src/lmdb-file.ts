import { closeSync, fsyncSync, openSync } from 'node:fs'
import { open, type RootDatabase } from 'lmdb'
import { seal, VALUE_HEAD } from './entry.ts'
import { eachFrame } from './frames.ts'
import { allocateLockFile } from './lock-file.ts'
import { decodeSums, encodeSums, IDENTITY_KEY, noSums, SUMS_KEY, type Sums } from './sums.ts'

/** LMDB's file, open in this thread. */
export interface LmdbFile {
  /**
   * Writes all changes of these buffers in one transaction, or none. Once it returns they survive a loss of power:
   * LMDB has written the pages, waited for the disk, written the page that makes them valid, and waited again.
   */
  write(chunks: readonly Uint8Array<ArrayBuffer>[]): void
  /** All entries whose LMDB key begins like this, in the order of their bytes, as of one moment. Values are copies. */
  read(prefix: Buffer): Iterator<{ key: Buffer; value: Buffer }>
  close(): Promise<void>
}

/** Why a transaction was given up. */
export class StorageFull extends Error {
  constructor(bytes: number) {
    super(`it would hold ${bytes} bytes`)
    this.name = 'StorageFull'
  }
}

/** Address space, not memory. Given, because a map that grows is made anew; LMDB does so beyond it. */
const MAP_SIZE = 4 * 2 ** 30

export interface LmdbOptions {
  readonly path: string
  /** Bytes of keys and values that it may hold. */
  readonly maxSize?: number
  readonly readOnly?: boolean
}

/**
 * Opens LMDB's file. Without `overlappingSync`, which is lmdb's default on Linux: with it a transaction is visible
 * before it is on the disk, which file is right after a crash depends on the boot id, and there is a third meta page.
 * One thread writes and nobody waits for its turn, so there is nothing to overlap.
 */
export function openLmdb({
  path,
  maxSize = Number.POSITIVE_INFINITY,
  readOnly = false,
}: LmdbOptions): LmdbFile {
  const db: RootDatabase<Buffer, Buffer> = open({
    path,
    noSubdir: true,
    overlappingSync: false,
    mapSize: MAP_SIZE,
    remapChunks: false,
    readOnly,
    encoding: 'binary',
    keyEncoding: 'binary',
    maxDbs: 1,
    // What was logged is in here: for nobody else.
    ...{ permissionsMode: 0o600 },
  })
  return {
    write(chunks) {
      db.transactionSync(() => {
        const stored = db.get(SUMS_KEY)
        const sums = stored === undefined ? noSums() : decodeSums(stored)
        const before = sums.bytes
        for (const chunk of chunks) writeChunk(db, chunk, sums)
        // What makes it smaller is always let in. LMDB's own limit is none: it makes its map larger.
        if (sums.bytes > maxSize && sums.bytes > before) throw new StorageFull(sums.bytes)
        db.put(SUMS_KEY, encodeSums(sums))
      })
    },
    read: (prefix) => readRange(db, prefix),
    close: () => db.close(),
  }
}

function writeChunk(db: RootDatabase<Buffer, Buffer>, chunk: Uint8Array<ArrayBuffer>, sums: Sums): void {
  // A whole number holds the sum of two million checksums, and no chunk has as many entries.
  let difference = 0
  eachFrame(chunk, (lmdbKey, value) => {
    const before = db.getBinaryFast(lmdbKey) as Buffer | undefined
    if (before !== undefined) {
      difference -= before.readUInt32LE(0)
      sums.count--
      sums.bytes -= lmdbKey.length + before.length
    }
    if (value === undefined) {
      if (before !== undefined) db.remove(lmdbKey)
      return
    }
    difference += seal(lmdbKey, value)
    sums.count++
    sums.bytes += lmdbKey.length + value.length
    db.put(lmdbKey, value)
  })
  sums.sum += BigInt(difference)
}

function readRange(
  db: RootDatabase<Buffer, Buffer>,
  prefix: Buffer,
): Iterator<{ key: Buffer; value: Buffer }> {
  // A space's prefix ends with zero: what follows it is less than the prefix with one. Without a prefix: all there is.
  const end = prefix.length === 0 ? Buffer.of(0xff) : Buffer.from(prefix)
  if (prefix.length > 0) end[end.length - 1] = 1
  return db.getRange({ start: prefix.length === 0 ? Buffer.of(0) : prefix, end })[Symbol.iterator]()
}

/** What a storage says of itself. */
export interface Identity {
  readonly schema: number
  readonly id: string
  readonly created_by: string
  readonly created_at: string
}

/** Makes a file that holds its identity and nothing else, complete on the disk when it returns. */
export async function createLmdb(path: string, identity: Identity): Promise<void> {
  allocateLockFile(`${path}-lock`)
  const db: RootDatabase<Buffer, Buffer> = open({
    path,
    noSubdir: true,
    overlappingSync: false,
    mapSize: MAP_SIZE,
    remapChunks: false,
    encoding: 'binary',
    keyEncoding: 'binary',
    maxDbs: 1,
    ...{ permissionsMode: 0o600 },
  })
  const value = Buffer.concat([Buffer.alloc(VALUE_HEAD), Buffer.from(JSON.stringify(identity))])
  seal(IDENTITY_KEY, value)
  db.transactionSync(() => {
    db.put(IDENTITY_KEY, value)
    db.put(SUMS_KEY, encodeSums(noSums()))
  })
  await db.close()
  syncPath(path)
}

/** Waits until a file, or the names in a directory, are on the disk. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
