import { LacunaError } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { batchOf, fakeExporter, fakeReceiver, pass, run, settle, simple, stateOf } from './fakes.fixture.ts'

const batchFrom = (body: string) => batchOf([body]).records

describe('a receiver that cannot go on', () => {
  it('ends the run with its error, delivers what it handed on, and flushes nothing', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const { pipeline } = await run(
      simple(receiver, exporter, { p: pass({ flush: () => batchFrom('flushed') }) }),
    )
    await receiver.send(['a'])
    receiver.fail(new Error('the broker is gone'))
    await expect(pipeline.done).rejects.toMatchObject({ message: 'in: the broker is gone', component: 'in' })
    expect(exporter.bodies).toEqual(['a'])
    expect(pipeline.counters().ended).not.toBeNull()
  })

  it('has a deadline for what it handed on', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const { pipeline, clock, count } = await run(simple(receiver, exporter))
    exporter.hold()
    await receiver.send(['a'])
    receiver.fail(new Error('gone'))
    await settle()
    clock.advance(29_999)
    expect(await stateOf(pipeline.done)).toBe('waiting')
    clock.advance(1)
    await expect(pipeline.done).rejects.toMatchObject({ message: 'in: gone' })
    expect(count('out').dropped).toEqual({ deadline: 1 })
  })

  it('has none for an input that it had read to its end', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const { pipeline, clock } = await run(simple(receiver, exporter))
    exporter.hold()
    await receiver.send(['a'])
    receiver.host.sourceClosed({ id: 'fake:a', finite: true }, 'ended')
    receiver.fail(new Error('one of two files'))
    await settle()
    clock.advance(3_600_000)
    expect(await stateOf(pipeline.done)).toBe('waiting')
    exporter.release()
    await expect(pipeline.done).rejects.toMatchObject({ message: 'in: one of two files' })
    expect(exporter.bodies).toEqual(['a'])
  })

  it('has ended its input when all of its sources ended before', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const { pipeline } = await run(
      simple(receiver, exporter, { p: pass({ flush: () => batchFrom('flushed') }) }),
    )
    await receiver.send(['a'])
    receiver.host.sourceClosed({ id: 'fake:a', finite: true }, 'ended')
    receiver.fail(new LacunaError('unreadable_input', 'one of two files', { component: 'in' }))
    await expect(pipeline.done).rejects.toMatchObject({ code: 'unreadable_input' })
    expect(exporter.bodies).toEqual(['a', 'flushed'])
  })
})

describe('a closed output', () => {
  it('is a clean end when nothing else is fed', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const { pipeline, count, log } = await run(simple(receiver, exporter))
    await receiver.send(['a'])
    await settle()
    exporter.hold()
    await receiver.send(['b'])
    exporter.close()
    await pipeline.done
    expect(receiver.stopped).toBe(true)
    expect(count('out')).toMatchObject({ in: 2, out: 1, dropped: { closed: 1 } })
    expect(log.lines).toEqual([])
  })

  it('stops only receivers that feed nothing else', async () => {
    const [one, both] = [fakeReceiver(), fakeReceiver()]
    const [closing, open] = [fakeExporter(), fakeExporter()]
    let work = 0
    const working = pass({
      process(batch) {
        work++
        return batch.records
      },
    })
    const { pipeline } = await run({
      receivers: { one: one.make, both: both.make },
      processors: { working: () => working },
      exporters: { closing: closing.make, open: open.make },
      pipelines: {
        first: { receivers: ['one', 'both'], processors: ['working'], exporters: ['closing'] },
        second: { receivers: ['both'], exporters: ['open'] },
      },
    })
    closing.close()
    await settle()
    expect([one.stopped, both.stopped]).toEqual([true, false])
    await both.send(['a'])
    both.end()
    await pipeline.done
    expect(open.bodies).toEqual(['a'])
    // A pipeline whose outputs have all closed does no work any more.
    expect(work).toBe(0)
  })

  it('leaves the other exporters of its pipeline at work', async () => {
    const receiver = fakeReceiver()
    const [closing, open] = [fakeExporter(), fakeExporter()]
    const { pipeline, count } = await run({
      receivers: { in: receiver.make },
      exporters: { closing: closing.make, open: open.make },
      pipelines: { logs: { receivers: ['in'], exporters: ['closing', 'open'] } },
    })
    closing.close()
    await settle()
    await receiver.send(['a'])
    receiver.end()
    await pipeline.done
    expect(open.bodies).toEqual(['a'])
    expect(count('closing').dropped).toEqual({ closed: 1 })
  })

  it('that broke ends the run with its error', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const { pipeline } = await run(simple(receiver, exporter))
    exporter.breakDown(new Error('the disk is full'))
    await expect(pipeline.done).rejects.toMatchObject({ message: 'out: the disk is full' })
  })
})
