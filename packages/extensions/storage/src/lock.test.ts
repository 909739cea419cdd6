import { spawnSync } from 'node:child_process'
import { describe, expect, it, vi } from 'vitest'
import { startProcess } from './process.fixture.ts'
import { startStorage, temporaryDirectory } from './storage.fixture.ts'

// Waits for processes, threads and disks, on machines that have others to serve.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** A pid and network namespace of its own, as another container has. */
const CONTAINER = ['unshare', '--pid', '--net', '--ipc', '--uts', '--fork', '--kill-child']
const canContain = spawnSync(CONTAINER[0] ?? '', [...CONTAINER.slice(1), 'true']).status === 0

describe('a storage that another process has', () => {
  it('is refused, with who has it and since when', async () => {
    const directory = temporaryDirectory()
    const { child, until } = startProcess(directory, 'hold')
    await until(/^open$/)
    const refused = startStorage(directory)
    await expect(refused).rejects.toMatchObject({ code: 'storage_locked' })
    await expect(refused).rejects.toThrow(
      new RegExp(
        `^storage: ${directory} is in use by another Lacuna: process ${child.pid} on .+ since 20\\d\\d-`,
      ),
    )
  })

  it('is free as soon as that one is killed, without anything being cleaned up', async () => {
    const directory = temporaryDirectory()
    const { child, until, ended } = startProcess(directory, 'hold')
    await until(/^open$/)
    child.kill('SIGKILL')
    await ended
    const { storage } = await startStorage(directory)
    await storage.commit([['s', 'a', Buffer.from('1')]])
  })

  it('is refused while that one is stopped (SIGSTOP), for however long', async () => {
    const directory = temporaryDirectory()
    const { child, until } = startProcess(directory, 'hold')
    await until(/^open$/)
    child.kill('SIGSTOP')
    await expect(startStorage(directory)).rejects.toMatchObject({ code: 'storage_locked' })
    child.kill('SIGCONT')
  })

  it('is refused when it is this process', async () => {
    const directory = temporaryDirectory()
    const first = await startStorage(directory)
    await expect(startStorage(directory)).rejects.toThrow(/is in use by this process already/)
    // The refused one has not given up the lock of the first (closing a file of the process would).
    const { until } = startProcess(directory, 'hold')
    await until(/^refused storage: .* is in use by another Lacuna: process/)
    await first.stop()
    await startStorage(directory)
  })

  it.skipIf(!canContain)('is refused across containers, where each has the same pid', async () => {
    const directory = temporaryDirectory()
    const first = startProcess(directory, 'hold', CONTAINER)
    await first.until(/^open$/)
    const second = startProcess(directory, 'hold', CONTAINER)
    await second.until(/^refused storage: .* is in use by/)
    expect(await second.ended).toBe(1)
    first.child.kill('SIGKILL')
    await first.ended
    const third = startProcess(directory, 'hold', CONTAINER)
    await third.until(/^open$/)
  })
})
