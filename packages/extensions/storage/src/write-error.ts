import { statfsSync } from 'node:fs'
import type { Layout } from './layout.ts'
import { StorageFull } from './lmdb-file.ts'
import type { Problem } from './problem.ts'

/** Numbers of Linux and macOS, by which LMDB hands on what the system said. */
const REASONS: ReadonlyMap<unknown, string> = new Map([
  [28, 'there is no space left on its file system'],
  [122, 'the quota of its file system is used up'],
  [69, 'the quota of its file system is used up'],
  [30, 'its file system is read-only'],
  [5, 'its disk reports an error'],
])

/** Why a commit was not written, and what helps. Nothing of it is in the storage. */
export function describeWriteError(error: Error, layout: Layout, maxSize: number): Problem {
  const number = errorNumber(error)
  if (error instanceof StorageFull)
    return {
      code: 'storage_not_written',
      message: `${layout.directory} is full: ${error.message}, and max_size is ${maxSize}; raise it and start again`,
    }
  const reason = REASONS.get(number === 5 && isFull(layout) ? 28 : number) ?? error.message
  return { code: 'storage_not_written', message: `cannot write ${layout.data}: ${reason}; it is tried again` }
}

/** LMDB calls it an error of the disk, too, when the disk takes only a part of what it writes. */
function isFull({ directory }: Layout): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory)
    return bavail * bsize < 2 ** 20
  } catch {
    return false
  }
}

/** Whether LMDB itself may be unusable now, and not only this transaction. */
export function isLasting(error: unknown): boolean {
  const number = errorNumber(error)
  return !(error instanceof StorageFull) && number !== 28 && number !== 122 && number !== 69
}

function errorNumber(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
