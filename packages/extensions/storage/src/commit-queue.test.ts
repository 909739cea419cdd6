import type { StorageChange } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { createCommitQueue } from './commit-queue.ts'
import { eachFrame } from './frames.ts'

/** A thread that takes note: `chunk 0`, `commit 0`, `discard 0`, and the keys that came. */
function fakeThread() {
  const events: string[] = []
  const keys: string[] = []
  const take = (bytes: Uint8Array<ArrayBuffer>) =>
    eachFrame(bytes, (key) => void keys.push(key.toString().split('\0')[1] ?? ''))
  return {
    events,
    keys,
    sendChunk(commit: number, bytes: Uint8Array<ArrayBuffer>) {
      events.push(`chunk ${commit}`)
      take(bytes)
    },
    async sendCommit(commit: number, bytes: Uint8Array<ArrayBuffer>) {
      events.push(`commit ${commit}`)
      take(bytes)
    },
    discard: (commit: number) => void events.push(`discard ${commit}`),
  }
}

function* changes(count: number, prefix = 'k', bytes = 10): Generator<StorageChange> {
  for (let index = 0; index < count; index++) yield ['s', `${prefix}${index}`, new Uint8Array(bytes)]
}

describe('a commit', () => {
  it('that is small is on its way before the call returns', () => {
    const thread = fakeThread()
    void createCommitQueue(thread).commit(changes(3))
    expect(thread.events).toEqual(['commit 0'])
    expect(thread.keys).toEqual(['k0', 'k1', 'k2'])
  })

  it('gives the event loop its turn every few milliseconds', async () => {
    const thread = fakeThread()
    let now = 0
    // Each look at the clock finds a millisecond gone: one for every 32 changes.
    const queue = createCommitQueue(thread, () => now++)
    let turns = 0
    let done = false
    const count = () => {
      turns++
      if (!done) setImmediate(count)
    }
    setImmediate(count)
    await queue.commit(changes(3200))
    done = true
    expect(turns).toBeGreaterThanOrEqual(15)
    expect(thread.keys).toHaveLength(3200)
  })

  it('goes to the thread a MiB at a time', async () => {
    const thread = fakeThread()
    await createCommitQueue(thread, () => 0).commit(changes(50, 'k', 100_000))
    expect(thread.events.filter((event) => event === 'chunk 0').length).toBeGreaterThanOrEqual(4)
    expect(thread.events.at(-1)).toBe('commit 0')
  })

  it('waits for the one before it', async () => {
    const thread = fakeThread()
    let now = 0
    const queue = createCommitQueue(thread, () => now++)
    await Promise.all([
      queue.commit(changes(1000, 'a')),
      queue.commit(changes(1, 'b')),
      queue.commit(changes(1, 'c')),
    ])
    expect(thread.events).toEqual(['commit 0', 'commit 1', 'commit 2'])
    expect(thread.keys.slice(-2)).toEqual(['b0', 'c0'])
  })

  it('that fails leaves nothing behind, and the next is written', async () => {
    const thread = fakeThread()
    const queue = createCommitQueue(thread)
    function* broken(): Generator<StorageChange> {
      yield* changes(2)
      throw new Error('no more')
    }
    const results = await Promise.allSettled([queue.commit(broken()), queue.commit(changes(1))])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(thread.events).toEqual(['discard 0', 'commit 1'])
  })
})
