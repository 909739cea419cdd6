import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StorageChange } from '@lacuna/sdk'
import { onTestFinished } from 'vitest'
import { storageConfig } from './config.ts'
import { createStorageExtension } from './storage-extension.ts'

/** Where nobody waits for a disk, where there is such a place: what is tested here is not the disk. */
export const TEMPORARY: string = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(TEMPORARY, 'lacuna-storage-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** An extension that has been started. */
export async function openStorage(directory: string, options: object = {}) {
  const logged: string[] = []
  const note = (_: object, message: string) => void logged.push(message)
  const logger = { debug: note, info: note, warn: note, error: note }
  const extension = createStorageExtension(storageConfig.parse({ directory, ...options }), {
    id: 'storage',
    logger,
  })
  await extension.start?.()
  return { storage: extension.storage, stop: async () => extension.stop?.(), logged, extension }
}

/** The same, stopped after the test. */
export async function startStorage(directory: string, options: object = {}) {
  const opened = await openStorage(directory, options)
  onTestFinished(opened.stop)
  return opened
}

/** The entries of a space, with values as text. */
export function texts(
  storage: { entries(space: string): Iterable<readonly [string, Uint8Array]> },
  space: string,
): [string, string][] {
  return [...storage.entries(space)].map(([key, value]) => [key, Buffer.from(value).toString()])
}

/** A change with a text for a value. */
export function put(space: string, key: string, text: string): StorageChange {
  return [space, key, Buffer.from(text)]
}
