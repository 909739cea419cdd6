import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { put, startStorage, temporaryDirectory, texts } from './storage.fixture.ts'

// Waits for processes, threads and disks, on machines that have others to serve.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** A file system of its own, gone after the test; `undefined` where none can be mounted. */
function mounted(options: string): string {
  const directory = join(temporaryDirectory(), 'mount')
  mkdirSync(directory)
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory])
  if (status !== 0) throw new Error('cannot mount')
  onTestFinished(() => void spawnSync('umount', ['-l', directory]))
  return directory
}

function remount(directory: string, option: string): void {
  expect(spawnSync('mount', ['-o', `remount,${option}`, directory]).status).toBe(0)
}

const canMount = (() => {
  const directory = '/dev/shm/lacuna-can-mount'
  try {
    mkdirSync(directory, { recursive: true })
    const can = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory]).status === 0
    if (can) spawnSync('umount', [directory])
    rmSync(directory, { recursive: true, force: true })
    return can
  } catch {
    return false
  }
})()

/** Leaves this many pages. */
function fill(directory: string, pagesLeft: number): string {
  const path = join(directory, 'filler')
  const { bavail, bsize } = statfsSync(directory)
  writeFileSync(path, Buffer.alloc((bavail - pagesLeft) * bsize))
  return path
}

describe.skipIf(!canMount)('a disk that is full (needs a tmpfs of its own)', () => {
  it('has a commit refused as a whole, to be tried again, and takes the next when there is room', async () => {
    const directory = mounted('size=4m')
    const { storage, stop } = await startStorage(directory)
    await storage.commit([put('s', 'a', 'before'), put('s', 'b', 'before')])
    const filler = fill(directory, 20)
    const many = Array.from({ length: 200 }, (_, index) => ['s', `n${index}`, Buffer.alloc(2000)] as const)
    const refused = storage.commit([put('s', 'a', 'after'), ...many])
    await expect(refused).rejects.toMatchObject({ name: 'RetryableError' })
    await expect(refused).rejects.toThrow(
      /^storage: cannot write .*: there is no space left on its file system; it is/,
    )
    expect(texts(storage, 's')).toEqual([
      ['a', 'before'],
      ['b', 'before'],
    ])
    await expect(storage.commit(many)).rejects.toMatchObject({ name: 'RetryableError' })
    rmSync(filler)
    await storage.commit([put('s', 'a', 'after'), ...many])
    expect([...storage.entries('s')]).toHaveLength(202)
    await stop()
    const again = await startStorage(directory)
    expect(new Map(texts(again.storage, 's')).get('a')).toBe('after')
  })

  it('is said at start, and does not end the process', async () => {
    const directory = mounted('size=4m')
    fill(directory, 2)
    await expect(startStorage(directory)).rejects.toThrow(/^storage: cannot use .*(ENOSPC|space)/i)
  })

  it('does not keep a storage that is there from being opened and read', async () => {
    const directory = mounted('size=4m')
    const first = await startStorage(directory)
    await first.storage.commit([put('s', 'a', '1')])
    await first.stop()
    fill(directory, 3)
    const { storage } = await startStorage(directory)
    expect(texts(storage, 's')).toEqual([['a', '1']])
  })
})

describe.skipIf(!canMount)('a directory that is read-only (needs a tmpfs of its own)', () => {
  it('is refused at start, with the reason', async () => {
    const directory = mounted('size=4m')
    const first = await startStorage(directory)
    await first.storage.commit([put('s', 'a', '1')])
    await first.stop()
    remount(directory, 'ro')
    const refused = startStorage(directory)
    await expect(refused).rejects.toMatchObject({ code: 'storage_unwritable' })
    await expect(refused).rejects.toThrow(/^storage: cannot use .*EROFS/)
    remount(directory, 'rw')
    const { storage } = await startStorage(directory)
    expect(texts(storage, 's')).toEqual([['a', '1']])
  })
})

describe('a directory that cannot be', () => {
  it('is refused when a file has its name', async () => {
    const path = join(temporaryDirectory(), 'file')
    writeFileSync(path, '')
    await expect(startStorage(path)).rejects.toMatchObject({ code: 'storage_unwritable' })
    await expect(startStorage(join(path, 'below'))).rejects.toMatchObject({ code: 'storage_unwritable' })
  })
})
