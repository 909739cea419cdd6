import { join } from 'node:path'

/** The version of everything in a storage directory: file names, entries, sums. */
export const SCHEMA = 1

/** The version of Lacuna that a storage names as its maker. */
export const MADE_BY = '0.1.0'

/** The names of what lies in a storage directory. */
export interface Layout {
  readonly directory: string
  /** LMDB's one file. */
  readonly data: string
  /** LMDB's own lock and reader table: made anew by whoever opens it first. */
  readonly dataLock: string
  /** What `data` is before it is complete. */
  readonly unfinished: string
  /** Schema, maker and id, readable without LMDB. */
  readonly identity: string
  /** Held by the process that has the storage. */
  readonly lock: string
  /** Who that is, for people. */
  readonly holder: string
}

export function layoutOf(directory: string): Layout {
  return {
    directory,
    data: join(directory, 'data.mdb'),
    dataLock: join(directory, 'data.mdb-lock'),
    unfinished: join(directory, 'unfinished.mdb'),
    identity: join(directory, 'storage.json'),
    lock: join(directory, 'lock'),
    holder: join(directory, 'holder.json'),
  }
}
