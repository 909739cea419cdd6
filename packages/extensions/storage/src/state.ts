import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readIdentity, removeData } from './directory.ts'
import type { Entry } from './entry.ts'
import { OWN_PREFIX } from './entry.ts'
import { decodeEntries } from './entry-pack.ts'
import { type Layout, layoutOf, SCHEMA } from './layout.ts'
import { type Identity, openLmdb } from './lmdb-file.ts'
import { acquireLock, type Lock } from './lock.ts'
import { allocateLockFile } from './lock-file.ts'
import { StorageProblem } from './problem.ts'
import { verifyData } from './verify.ts'

/** A storage that is looked at from outside. */
export interface State {
  /** Absolute. */
  readonly directory: string
  readonly identity: Identity
  /** Whether a Lacuna uses it at this moment: then this is what it saved last. */
  readonly live: boolean
  /** All entries, by space and key, as of one moment. A value is good until the next is taken. */
  entries(): Iterable<Entry>
  close(): Promise<void>
}

/**
 * Opens a storage to look at it; the running Lacuna that has it is not disturbed. Where none has it, all of it is
 * checked first, and no Lacuna can start on it until `close`.
 *
 * @throws Error whose message is a sentence
 */
export async function openState(directory: string): Promise<State> {
  const layout = layoutOf(resolve(directory))
  const identity = existingIdentity(layout)
  const lock = tryLock(layout)
  try {
    if (lock === undefined) refuseSamePid(layout)
    else verifyData(layout.data)
    allocateLockFile(layout.dataLock)
    const file = openLmdb({ path: layout.data, readOnly: true })
    return {
      directory: layout.directory,
      identity,
      live: lock === undefined,
      *entries() {
        yield* decodeEntries(foreign(file.read(Buffer.alloc(0))))
      },
      async close() {
        await file.close()
        lock?.release()
      },
    }
  } catch (error) {
    lock?.release()
    throw error
  }
}

/**
 * Removes a storage. Other files in the directory stay, and so does the directory.
 *
 * @throws Error whose message is a sentence: there is no storage, or a Lacuna uses it
 */
export function clearState(directory: string): void {
  const layout = layoutOf(resolve(directory))
  if (!existsSync(layout.data) && !existsSync(layout.identity)) throw noStorage(layout)
  const lock = acquireLock(layout)
  try {
    removeData(layout)
  } finally {
    lock.release()
  }
}

function existingIdentity(layout: Layout): Identity {
  const identity = readIdentity(layout)
  if (identity === undefined) throw noStorage(layout)
  if (identity.schema !== SCHEMA)
    throw new StorageProblem(
      'storage_newer',
      `${layout.directory} has schema ${identity.schema}, and this Lacuna reads schema ${SCHEMA}`,
    )
  return identity
}

function noStorage({ directory }: Layout): Error {
  return new Error(`there is no storage in ${directory}`)
}

function tryLock(layout: Layout): Lock | undefined {
  try {
    return acquireLock(layout)
  } catch (error) {
    if (error instanceof StorageProblem && error.code === 'storage_locked') return undefined
    throw error
  }
}

/**
 * LMDB knows its readers by their pid. A process in another container can have the pid of the one that writes, and
 * would take that one's readers away when it ends.
 */
function refuseSamePid({ directory, holder }: Layout): void {
  let pid: unknown
  try {
    pid = JSON.parse(readFileSync(holder, 'utf8')).pid
  } catch {
    return
  }
  if (pid === process.pid)
    throw new Error(
      `${directory} is in use by a process with the same number as this one: run the command again`,
    )
}

function* foreign(
  entries: Iterator<{ key: Buffer; value: Buffer }>,
): Generator<{ key: Buffer; value: Buffer }> {
  try {
    for (let next = entries.next(); next.done !== true; next = entries.next())
      if (next.value.key[0] !== OWN_PREFIX) yield next.value
  } finally {
    entries.return?.()
  }
}
