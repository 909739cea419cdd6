import { describe, expect, it, vi } from 'vitest'
import { startProcess } from './process.fixture.ts'
import { startStorage, temporaryDirectory, texts } from './storage.fixture.ts'

// Waits for processes, threads and disks, on machines that have others to serve.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** The number that all keys have, and that must be one. */
function committed(entries: readonly [string, string][]): number {
  const numbers = new Set(entries.map(([, text]) => Number(text.split(' ')[0])))
  expect(numbers.size).toBe(1)
  expect(entries).toHaveLength(300)
  return [...numbers][0] ?? 0
}

describe('a process that is killed', () => {
  it('leaves every commit that it was told of, and each of them whole', async () => {
    const directory = temporaryDirectory()
    let least = 0
    for (let round = 0; round < 12; round++) {
      const { child, until, ended, lines } = startProcess(directory, 'count')
      await until(new RegExp(`^safe ${least + 2 + round}$`))
      child.kill('SIGKILL')
      await ended
      const told = Math.max(...lines.map((line) => Number(/^safe (\d+)$/.exec(line)?.[1] ?? 0)))
      const { storage, stop } = await startStorage(directory)
      const number = committed(texts(storage, 'numbers'))
      // One more may have become safe before it could be said.
      expect([told, told + 1]).toContain(number)
      least = number
      await stop()
    }
  })
})
