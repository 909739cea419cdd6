import { accessSync, constants, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Extension, type Host, LacunaError, RetryableError, type Storage } from '@lacuna/sdk'
import { type CommitQueue, createCommitQueue } from './commit-queue.ts'
import type { StorageConfig } from './config.ts'
import { makeDirectory } from './directory.ts'
import { layoutOf } from './layout.ts'
import { acquireLock, type Lock } from './lock.ts'
import { StorageProblem } from './problem.ts'
import { type StorageThread, startStorageThread } from './storage-thread.ts'

/**
 * Makes the `storage` extension. Nothing is touched before `start`.
 *
 * @example
 * ```ts
 * const extension = createStorageExtension(storageConfig.parse({ directory: './state' }), host)
 * await extension.start?.()
 * await extension.storage?.commit([['positions', 'file:/var/log/a.ndjson', Buffer.from('4711')]])
 * ```
 */
export function createStorageExtension(
  config: StorageConfig,
  host: Pick<Host, 'id' | 'logger'>,
): Extension & { readonly storage: Storage } {
  const layout = layoutOf(resolve(config.directory))
  let lock: Lock | undefined
  let thread: StorageThread | undefined
  let queue: CommitQueue | undefined
  const running = new Set<Promise<void>>()

  const closed = () =>
    new StorageProblem('storage_closed', `${layout.directory} is not open: it is from start to stop`)

  const storage: Storage = {
    interval: config.checkpoint_interval,
    *entries(space) {
      try {
        if (thread === undefined) throw closed()
        for (const { key, value } of thread.read(space)) yield [key, value] as const
      } catch (error) {
        throw asError(error, host.id)
      }
    },
    async commit(changes) {
      if (queue === undefined) throw asError(closed(), host.id)
      const writing = queue.commit(changes)
      running.add(writing)
      try {
        await writing
      } catch (error) {
        throw asError(error, host.id)
      } finally {
        running.delete(writing)
      }
    },
  }

  const start = async () => {
    const { directory } = layout
    makeDirectory(directory)
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
    lock = acquireLock(layout)
    thread = await startStorageThread({
      layout,
      maxSize: config.max_size,
      setAside: config.on_corruption === 'set_aside',
    })
    queue = createCommitQueue(thread)
    const { opened } = thread
    if (opened.setAside !== undefined)
      host.logger.warn(
        { path: opened.setAside.path },
        `${opened.setAside.problem.message}; set aside, and starting from nothing`,
      )
    host.logger.info({ directory, entries: opened.entries }, 'storage is open')
  }

  return {
    storage,
    async start() {
      try {
        await start()
      } catch (error) {
        lock?.release()
        lock = undefined
        throw asStartError(error, layout.directory, host.id)
      }
    },
    async stop() {
      queue = undefined
      await Promise.allSettled(running)
      await thread?.close()
      thread = undefined
      lock?.release()
      lock = undefined
    },
    gauges: () => (thread === undefined ? {} : { data_bytes: sizeOf(layout.data) }),
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function asError(error: unknown, component: string): Error {
  if (!(error instanceof StorageProblem)) return error instanceof Error ? error : new Error(String(error))
  if (error.code === 'storage_not_written')
    return new RetryableError(error.message, { component, cause: error })
  return new LacunaError(error.code, error.message, { component, cause: error })
}

/** With what to do, because nothing runs until it is done. */
function asStartError(error: unknown, directory: string, component: string): Error {
  if (!(error instanceof StorageProblem) || error.code === 'storage_unwritable') {
    const why = error instanceof Error ? error.message : String(error)
    return new LacunaError('storage_unwritable', `cannot use ${directory}: ${why}`, {
      component,
      cause: error,
    })
  }
  const hint =
    error.code === 'storage_corrupt'
      ? `; restore a copy, or begin anew with "lacuna state clear --directory ${directory}" or "on_corruption: set_aside"`
      : ''
  return new LacunaError(error.code, error.message + hint, { component, cause: error })
}
