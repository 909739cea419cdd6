import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { Entry } from './entry.ts'
import { decodeEntries, unpackEntries } from './entry-pack.ts'
import type { Opened, ReadAnswer, Reply, Request, WorkerData } from './messages.ts'
import { StorageProblem } from './problem.ts'

/** The storage's thread, seen from the one that everything else runs in. */
export interface StorageThread {
  readonly opened: Opened
  /** Sends a part of a commit; the buffer is gone then. */
  sendChunk(commit: number, bytes: Uint8Array<ArrayBuffer>): void
  /** Sends the last part. Resolves when all parts survive a crash. */
  sendCommit(commit: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  discard(commit: number): void
  /** Entries of a space in the order of their keys, as of when the first one is taken. Waits in place. */
  read(space: string): Generator<Entry>
  /** What was sent is written first. */
  close(): Promise<void>
}

/** Milliseconds that an answer to `read` is waited for: a commit may be under way before it. */
const READ_TIMEOUT = 120_000

/**
 * Starts the thread and has it check and open the storage. The lock is held.
 *
 * @throws StorageProblem with what is wrong
 */
export async function startStorageThread(
  options: Pick<WorkerData, 'layout' | 'maxSize' | 'setAside'>,
): Promise<StorageThread> {
  const channel = new MessageChannel()
  const answered = new Int32Array(new SharedArrayBuffer(4))
  const data: WorkerData = { ...options, reads: channel.port2, answered }
  const worker = new Worker(workerUrl(), { workerData: data, transferList: [channel.port2] })
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>()
  let gone: StorageProblem | undefined
  let closed: (() => void) | undefined

  const end = (cause: unknown) => {
    const why = cause instanceof Error ? `: ${cause.message}` : ''
    gone ??= new StorageProblem('storage_closed', `the thread of the storage has ended${why}`, cause)
    for (const { reject } of waiting.values()) reject(gone)
    waiting.clear()
    channel.port1.close()
    closed?.()
  }
  /** Only what somebody waits for keeps the process. */
  const settle = (commit: number) => {
    const each = waiting.get(commit)
    waiting.delete(commit)
    if (waiting.size === 0) worker.unref()
    return each
  }
  const opened = await new Promise<Opened>((resolve, reject) => {
    worker.on('message', (reply: Reply) => {
      if (reply.type === 'opened') resolve(reply.opened)
      else if (reply.type === 'refused') reject(new StorageProblem(reply.problem.code, reply.problem.message))
      else if (reply.type === 'committed') settle(reply.commit)?.resolve()
      else if (reply.type === 'failed')
        settle(reply.commit)?.reject(new StorageProblem(reply.problem.code, reply.problem.message))
    })
    worker.on('error', (error) => {
      end(error)
      reject(error)
    })
    worker.on('exit', () => end(undefined))
  }).catch(async (error: unknown) => {
    await worker.terminate()
    throw error
  })
  worker.unref()

  const send = (request: Request, transfer: ArrayBuffer[] = []) => worker.postMessage(request, transfer)
  let readings = 0
  let received = 0
  /** Answers that have come, by their reading: several may be under way. */
  const inbox = new Map<number, ReadAnswer>()
  const ask = (reading: number, prefix: Uint8Array) => {
    if (gone !== undefined) throw gone
    send({ type: 'read', reading, prefix })
  }
  const waitFor = (reading: number): ReadAnswer => {
    for (;;) {
      const answer = inbox.get(reading)
      inbox.delete(reading)
      if (answer !== undefined) return answer
      const woke = Atomics.wait(answered, 0, received, READ_TIMEOUT)
      const message: ReadAnswer | undefined = receiveMessageOnPort(channel.port1)?.message
      if (message === undefined) {
        // A notification may come late, for an answer that was taken already.
        if (woke !== 'timed-out') continue
        throw new StorageProblem('storage_closed', 'the thread of the storage does not answer')
      }
      received++
      inbox.set(message.reading, message)
    }
  }
  function* readRaw(space: string): Generator<{ key: Buffer; value: Buffer }> {
    const reading = readings++
    const prefix = Buffer.from(`${space}\0`)
    let last = false
    try {
      ask(reading, prefix)
      while (!last) {
        const answer = waitFor(reading)
        last = 'problem' in answer || answer.last
        if ('problem' in answer) throw new StorageProblem(answer.problem.code, answer.problem.message)
        // The thread reads on while these are taken.
        if (!last) ask(reading, prefix)
        yield* unpackEntries(answer.bytes)
      }
    } finally {
      if (!last && gone === undefined) {
        waitFor(reading)
        send({ type: 'leave', reading })
      }
    }
  }

  return {
    opened,
    sendChunk: (commit, bytes) => send({ type: 'chunk', commit, bytes }, [bytes.buffer]),
    sendCommit: (commit, bytes) =>
      new Promise((resolve, reject) => {
        if (gone !== undefined) return reject(gone)
        waiting.set(commit, { resolve, reject })
        worker.ref()
        send({ type: 'commit', commit, bytes }, [bytes.buffer])
      }),
    discard: (commit) => send({ type: 'discard', commit }),
    read: (space) => decodeEntries(readRaw(space)),
    async close() {
      if (gone !== undefined) return
      worker.ref()
      const ended = new Promise<void>((resolve) => {
        closed = resolve
      })
      send({ type: 'close' })
      await ended
    },
  }
}

/** Beside this file, as source, as built, and in the bundle of the command (see its rolldown.config.js). */
function workerUrl(): URL {
  return new URL(
    import.meta.url.endsWith('.ts') ? './storage-worker.ts' : './storage-worker.js',
    import.meta.url,
  )
}
