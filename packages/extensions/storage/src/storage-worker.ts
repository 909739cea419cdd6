import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { packEntries } from './entry-pack.ts'
import { type LmdbFile, openLmdb } from './lmdb-file.ts'
import type { ReadAnswer, Reply, Request, WorkerData } from './messages.ts'
import { openData } from './open-data.ts'
import { StorageProblem, toProblem } from './problem.ts'
import { describeWriteError, isLasting } from './write-error.ts'

/**
 * The storage's thread: all of LMDB happens here, so that neither a transaction nor the wait for the disk holds up the
 * stream, and an error of one is an error of it (lmdb's own asynchronous writes print theirs, and one that cannot begin
 * never ends).
 */
const port = parentPort
if (port === null) throw new Error('this is the thread of the storage extension, to be started by it')
const { layout, maxSize, setAside, reads, answered }: WorkerData = workerData

/** Bytes of commits that are written in one transaction at most. */
const MAX_TOGETHER = 64 * 2 ** 20

interface Commit {
  readonly id: number
  readonly chunks: Uint8Array<ArrayBuffer>[]
  bytes: number
}

const begun = new Map<number, Commit>()
let ready: Commit[] = []
let readyBytes = 0
const readings = new Map<number, Iterator<{ key: Buffer; value: Buffer }>>()
let file: LmdbFile | undefined
let renew = false

const reply = (message: Reply) => port.postMessage(message)

try {
  const opened = await openData(layout, setAside)
  file = openLmdb({ path: layout.data, maxSize })
  reply({ type: 'opened', opened })
  port.on('message', (first: Request) => void work(first))
} catch (error) {
  reply({ type: 'refused', problem: toProblem(error, 'storage_unwritable') })
}

/** Does all that waits: commits that came while the disk was waited for share the next transaction. */
async function work(first: Request): Promise<void> {
  let closing = handle(first)
  for (let next = receiveMessageOnPort(port ?? reads); next !== undefined; ) {
    closing = handle(next.message) || closing
    next = receiveMessageOnPort(port ?? reads)
  }
  writeReady()
  if (renew) await reopen()
  if (closing) await close()
}

/** Whether it was the last one. */
function handle(request: Request): boolean {
  switch (request.type) {
    case 'chunk':
      collect(request.commit, request.bytes)
      return false
    case 'commit': {
      const commit = collect(request.commit, request.bytes)
      begun.delete(commit.id)
      ready.push(commit)
      readyBytes += commit.bytes
      if (readyBytes > MAX_TOGETHER) writeReady()
      return false
    }
    case 'discard':
      begun.delete(request.commit)
      return false
    case 'read':
      writeReady()
      answer(request.reading, Buffer.from(request.prefix))
      return false
    case 'leave':
      readings.get(request.reading)?.return?.()
      readings.delete(request.reading)
      return false
    case 'close':
      return true
  }
}

function collect(id: number, bytes: Uint8Array<ArrayBuffer>): Commit {
  let commit = begun.get(id)
  if (commit === undefined) {
    commit = { id, chunks: [], bytes: 0 }
    begun.set(id, commit)
  }
  if (bytes.length > 0) commit.chunks.push(bytes)
  commit.bytes += bytes.length
  return commit
}

function writeReady(): void {
  const commits = ready
  ready = []
  readyBytes = 0
  if (commits.length === 0) return
  if (write(commits) === undefined) {
    for (const { id } of commits) reply({ type: 'committed', commit: id })
    return
  }
  // One that does not fit must not take the others with it.
  for (const commit of commits) {
    const error = write([commit])
    if (error === undefined) reply({ type: 'committed', commit: commit.id })
    else reply({ type: 'failed', commit: commit.id, problem: describeWriteError(error, layout, maxSize) })
  }
}

/** The error, if there was one. */
function write(commits: readonly Commit[]): Error | undefined {
  const chunks = commits.flatMap((commit) => commit.chunks)
  if (chunks.length === 0) return undefined
  try {
    if (file === undefined) throw new StorageProblem('storage_closed', 'the storage is closed')
    file.write(chunks)
    return undefined
  } catch (error) {
    // LMDB takes no more writes once its first pages could not be written: it must be opened anew.
    renew ||= isLasting(error)
    return error instanceof Error ? error : new Error(String(error))
  }
}

async function reopen(): Promise<void> {
  renew = false
  try {
    await file?.close()
    file = undefined
    file = openLmdb({ path: layout.data, maxSize })
  } catch {
    // The next commit says so, and tries again.
    renew = true
  }
}

function answer(reading: number, prefix: Buffer): void {
  let message: ReadAnswer
  try {
    if (file === undefined) throw new StorageProblem('storage_closed', 'the storage is closed')
    let iterator = readings.get(reading)
    if (iterator === undefined) {
      iterator = file.read(prefix)
      readings.set(reading, iterator)
    }
    message = { reading, ...packEntries(iterator) }
    if (message.last) readings.delete(reading)
  } catch (error) {
    readings.delete(reading)
    message = { reading, problem: toProblem(error, 'storage_corrupt') }
  }
  reads.postMessage(message, 'bytes' in message ? [message.bytes.buffer] : [])
  Atomics.add(answered, 0, 1)
  Atomics.notify(answered, 0)
}

async function close(): Promise<void> {
  for (const iterator of readings.values()) iterator.return?.()
  await file?.close()
  file = undefined
  reply({ type: 'closed' })
  reads.close()
  port?.close()
}
