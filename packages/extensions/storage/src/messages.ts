import type { MessagePort } from 'node:worker_threads'
import type { Layout } from './layout.ts'
import type { Problem } from './problem.ts'
import type { SpaceSums } from './verify.ts'

/** What the storage's thread is started with. */
export interface WorkerData {
  readonly layout: Layout
  readonly maxSize: number
  readonly setAside: boolean
  /** Where answers to `read` go. They are waited for without returning to the event loop. */
  readonly reads: MessagePort
  /** Goes up by one with each such answer. */
  readonly answered: Int32Array<SharedArrayBuffer>
}

/** To the thread. */
export type Request =
  /** A part of a commit. */
  | { readonly type: 'chunk'; readonly commit: number; readonly bytes: Uint8Array<ArrayBuffer> }
  /** The last part of a commit. */
  | { readonly type: 'commit'; readonly commit: number; readonly bytes: Uint8Array<ArrayBuffer> }
  /** The parts of this commit are not to be written. */
  | { readonly type: 'discard'; readonly commit: number }
  /** The next entries of a reading, which begins with the first of these. */
  | { readonly type: 'read'; readonly reading: number; readonly prefix: Uint8Array }
  /** A reading that ends before its end. */
  | { readonly type: 'leave'; readonly reading: number }
  | { readonly type: 'close' }

/** From the thread. */
export type Reply =
  | { readonly type: 'opened'; readonly opened: Opened }
  | { readonly type: 'refused'; readonly problem: Problem }
  | { readonly type: 'committed'; readonly commit: number }
  | { readonly type: 'failed'; readonly commit: number; readonly problem: Problem }
  | { readonly type: 'closed' }

/** What was found at start. */
export interface Opened {
  readonly id: string
  readonly entries: number
  readonly spaces: ReadonlyMap<string, SpaceSums>
  /** What was wrong with the files that are now under another name. */
  readonly setAside?: { readonly problem: Problem; readonly path: string }
}

/** Entries as they lie in LMDB, packed by {@link packEntries}; `last` when there are no more. */
export type ReadAnswer =
  | { readonly reading: number; readonly bytes: Uint8Array<ArrayBuffer>; readonly last: boolean }
  | { readonly reading: number; readonly problem: Problem }
