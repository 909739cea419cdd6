import { describe, expect, it } from 'vitest'
import { fakeExporter, fakeReceiver, run } from './fakes.fixture.ts'
import type { Progress } from './progress.ts'

describe('progress', () => {
  it('adds up what the receivers report, each time one does', async () => {
    const [one, two] = [fakeReceiver(), fakeReceiver()]
    const seen: Progress[] = []
    const { pipeline } = await run(
      {
        receivers: { one: one.make, two: two.make },
        exporters: { out: fakeExporter().make },
        pipelines: { logs: { receivers: ['one', 'two'], exporters: ['out'] } },
      },
      { onProgress: (progress) => void seen.push(progress) },
    )
    one.host.progress({ bytes: 10, total: 100 })
    await one.send(['a', 'b'])
    two.host.progress({ bytes: 5, total: 50 })
    one.host.progress({ bytes: 20, total: 100 })
    two.host.progress({ bytes: 6 })
    expect(seen).toEqual([
      { bytes: 10, total: 100, records: 0 },
      { bytes: 15, total: 150, records: 2 },
      { bytes: 25, total: 150, records: 2 },
      { bytes: 26, records: 2 },
    ])
    await pipeline.stop()
  })

  it('costs nothing when nobody listens', async () => {
    const receiver = fakeReceiver()
    const { pipeline } = await run({
      receivers: { in: receiver.make },
      exporters: { out: fakeExporter().make },
      pipelines: { logs: { receivers: ['in'], exporters: ['out'] } },
    })
    expect(() => receiver.host.progress({ bytes: 1 })).not.toThrow()
    await pipeline.stop()
  })
})
