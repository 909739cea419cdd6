import { type LogRecord, type Processor, type Tick, toMillis } from '@lacuna/sdk'
import { manualClock } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import { batchOf, fakeExporter, fakeReceiver, pass, run, settle, simple } from './fakes.fixture.ts'

function ticking(more: Partial<Processor> = {}) {
  const ticks: Tick[] = []
  const events: string[] = []
  const processor = pass({
    process(batch) {
      events.push('batch')
      return batch.records
    },
    tick(tick) {
      ticks.push(tick)
      events.push(`tick ${tick.elapsed}`)
      return []
    },
    ...more,
  })
  return { ticks, events, processor }
}

describe('ticks', () => {
  it('come before the first batch and then every second, with the time that passed', async () => {
    const receiver = fakeReceiver()
    const { ticks, events, processor } = ticking()
    const { pipeline, clock } = await run(simple(receiver, fakeExporter(), { processor }))
    const start = toMillis(clock.now())
    await receiver.send(['a'])
    clock.advance(3000)
    expect(events).toEqual(['tick 0', 'batch', 'tick 1000', 'tick 1000', 'tick 1000'])
    expect(ticks.map((tick) => toMillis(tick.now) - start)).toEqual([0, 1000, 2000, 3000])
    await pipeline.stop()
    clock.advance(5000)
    expect(ticks).toHaveLength(4)
  })

  it('carry records on through the processors behind', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const events: string[] = []
    let due: LogRecord[] = []
    const first = pass({ tick: () => due.splice(0) })
    const second = pass({
      process(batch) {
        events.push(`batch ${batch.source.id} ${batch.records[0]?.body}`)
        return batch.records
      },
      sourceOpened: (source) => void events.push(`opened ${source.id}`),
      sourceClosed: (source) => {
        events.push(`closed ${source.id}`)
        return []
      },
      tick: () => {
        events.push('tick')
        return []
      },
    })
    const { pipeline, clock } = await run(simple(receiver, exporter, { first, second }))
    events.length = 0
    due = batchOf(['alert']).records
    clock.advance(1000)
    await pipeline.stop()
    expect(events).toEqual([
      'opened processor:logs/first',
      'batch processor:logs/first alert',
      'closed processor:logs/first',
      'tick',
    ])
    expect(exporter.bodies).toEqual(['alert'])
  })

  it('do not come while a batch is held up, and that time does not count', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const { events, ticks, processor } = ticking()
    const { pipeline, clock } = await run(simple(receiver, exporter, { processor }))
    exporter.hold()
    await receiver.send(Array.from({ length: 11_000 }, () => 'a'))
    const held = receiver.send(['b'])
    events.length = 0
    const before = toMillis(clock.now())
    clock.advance(3_600_000)
    expect(events).toEqual([])
    exporter.release()
    await held
    await settle()
    // The clock is right again before the next batch is seen, yet no time has passed.
    await receiver.send(['c'])
    expect(events).toEqual(['tick 0', 'batch'])
    expect(toMillis(ticks.at(-1)?.now ?? [0, 0]) - before).toBe(3_600_000)
    clock.advance(1000)
    expect(events.at(-1)).toBe('tick 1000')
    await pipeline.stop()
  })

  it('do not count for a pipeline whose receiver is held up by another one', async () => {
    const receiver = fakeReceiver()
    const [slow, quick] = [fakeExporter(), fakeExporter()]
    const { events, processor } = ticking()
    const { pipeline, clock } = await run({
      receivers: { in: receiver.make },
      processors: { processor: () => processor },
      exporters: { slow: slow.make, quick: quick.make },
      pipelines: {
        first: { receivers: ['in'], exporters: ['slow'] },
        second: { receivers: ['in'], processors: ['processor'], exporters: ['quick'] },
      },
    })
    slow.hold()
    await receiver.send(Array.from({ length: 11_000 }, () => 'a'))
    const held = receiver.send(['b'])
    // The quick pipeline is done with it.
    await settle()
    expect(quick.records).toHaveLength(11_001)
    events.length = 0
    clock.advance(60_000)
    expect(events).toEqual([])
    slow.release()
    await held
    await settle()
    clock.advance(1000)
    expect(events).toEqual(['tick 1000'])
    await pipeline.stop()
  })

  it('say two seconds at most, however long the machine was asleep', async () => {
    const inner = manualClock()
    let asleep = 0
    const clock = { ...inner, monotonic: () => inner.monotonic() + asleep }
    const { ticks, processor } = ticking()
    const { pipeline } = await run(simple(fakeReceiver(), fakeExporter(), { processor }), { clock })
    asleep = 8 * 3_600_000
    inner.advance(1000)
    inner.advance(1000)
    expect(ticks.map((tick) => tick.elapsed)).toEqual([0, 2000, 1000])
    await pipeline.stop()
  })

  it('take their elapsed time from the monotonic clock, whatever is done to the wall clock', async () => {
    const { ticks, processor } = ticking()
    const { pipeline, clock } = await run(simple(fakeReceiver(), fakeExporter(), { processor }))
    clock.set(0)
    clock.advance(1000)
    expect(ticks.at(-1)).toEqual({ now: [1, 0], elapsed: 1000 })
    await pipeline.stop()
  })

  it('end with the pipeline', async () => {
    const [one, two] = [fakeReceiver(), fakeReceiver()]
    const first = ticking()
    const second = ticking()
    const exporter = fakeExporter()
    const { pipeline, clock } = await run({
      receivers: { one: one.make, two: two.make },
      processors: { first: () => first.processor, second: () => second.processor },
      exporters: { out: exporter.make },
      pipelines: {
        a: { receivers: ['one'], processors: ['first'], exporters: ['out'] },
        b: { receivers: ['two'], processors: ['second'], exporters: ['out'] },
      },
    })
    one.end()
    await settle()
    clock.advance(2000)
    expect(first.events).toEqual(['tick 0'])
    expect(second.events).toEqual(['tick 0', 'tick 1000', 'tick 1000'])
    await pipeline.stop()
  })
})
