import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createStorageExtension } from '../../packages/extensions/storage/src/index.ts'
import { type StorageChange, silentLogger } from '../../packages/sdk/src/index.ts'

/*
 * What a checkpoint of 100,000 changed entries of 1 KiB costs the event loop, and what a start with them costs:
 * `node --conditions=source test/bench/storage.ts`. The first line is the same loop with nothing to do: what other
 * processes do to it.
 */

const ENTRIES = 100_000
const directory = mkdtempSync(join(tmpdir(), 'lacuna-bench-'))
const config = { directory, checkpoint_interval: 1000, max_size: 2 ** 33, on_corruption: 'refuse' } as const
const create = () => createStorageExtension(config, { id: 'storage', logger: silentLogger })
const value = Buffer.alloc(1024, 7)
const changes: StorageChange[] = Array.from({ length: ENTRIES }, (_, index) => [
  'state/a/b',
  `group-${index}`,
  value,
])

async function measure(what: string, work: () => unknown): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const begun = performance.now()
  const cpu = process.threadCpuUsage()
  await work()
  const elapsed = performance.now() - begun
  const { user, system } = process.threadCpuUsage(cpu)
  delay.disable()
  const figures = [elapsed, (user + system) / 1e3, delay.max / 1e6, delay.percentile(99) / 1e6]
  const [took, own, most, p99] = figures.map((millis) => millis.toFixed(1))
  process.stdout.write(
    `${what}: ${took} ms, of it ${own} ms of this thread; event loop late by ${most} ms at most, p99 ${p99} ms\n`,
  )
}

await measure('nothing for a second', () => new Promise((resolve) => setTimeout(resolve, 1000)))
const first = create()
await measure('start, empty', () => first.start?.())
for (let round = 1; round <= 3; round++)
  await measure(`checkpoint ${round} of ${ENTRIES} entries`, () => first.storage.commit(changes))
await measure('100 commits of one entry, in turn', async () => {
  for (let each = 0; each < 100; each++) await first.storage.commit(changes.slice(each, each + 1))
})
await measure('1,000 commits of one entry at once', () =>
  Promise.all(Array.from({ length: 1000 }, (_, each) => first.storage.commit(changes.slice(each, each + 1)))),
)
await first.stop?.()
const second = create()
await measure('start, with verification', () => second.start?.())
let read = 0
await measure('reading all entries', () => {
  for (const _ of second.storage.entries('state/a/b')) read++
})
process.stdout.write(`${read} entries read\n`)
await second.stop?.()
rmSync(directory, { recursive: true })
