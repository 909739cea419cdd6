import { createHook } from 'node:async_hooks'
import { LogRecord } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { fakeExporter, fakeReceiver, pass, run, SOURCE, settle, simple } from './fakes.fixture.ts'

/** How many promises are made until all that `work` caused has settled, `settle` itself left out. */
async function promisesOf(work: () => Promise<unknown>): Promise<number> {
  let made = 0
  const hook = createHook({
    init(_, type) {
      if (type === 'PROMISE') made++
    },
  })
  hook.enable()
  await work()
  await settle()
  hook.disable()
  return made
}

describe('the hot path', () => {
  it('costs a constant number of promises for each batch, none for a record', async () => {
    const receiver = fakeReceiver()
    const { pipeline } = await run(
      simple(receiver, fakeExporter(), { a: pass(), b: pass({ mutates: true }), c: pass() }),
    )
    const send = (count: number) => {
      const records = Array.from({ length: count }, (_, body) => new LogRecord({ body }))
      return promisesOf(() => receiver.host.consume({ source: SOURCE, records }))
    }
    const idle = await promisesOf(async () => {})
    await send(10)
    const [few, many] = [await send(10), await send(1000)]
    expect(many).toBe(few)
    expect(few - idle).toBeLessThan(12)
    await pipeline.stop()
  })

  it('makes none at all for a batch of which nothing comes', async () => {
    const receiver = fakeReceiver()
    const { pipeline } = await run(simple(receiver, fakeExporter(), { none: pass({ process: () => [] }) }))
    const idle = await promisesOf(async () => {})
    const batches = Array.from({ length: 1000 }, () => ({ source: SOURCE, records: [new LogRecord()] }))
    const made = await promisesOf(async () => {
      for (const batch of batches) void receiver.host.consume(batch)
    })
    expect(made).toBe(idle)
    await pipeline.stop()
  })
})
