import { type Batch, type LogRecord, type Processor, RetryableError, type Source } from '@lacuna/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  batchOf,
  fakeExporter,
  fakeReceiver,
  type Parts,
  pass,
  run,
  SOURCE,
  sending,
  settle,
  simple,
  stateOf,
} from './fakes.fixture.ts'

/** One receiver before as many pipelines as there are entries; each says whether it changes records. */
function fanned(mutating: readonly boolean[]) {
  const receiver = fakeReceiver()
  const given: Batch[] = []
  const parts: Parts = { receivers: { in: receiver.make }, processors: {}, exporters: {}, pipelines: {} }
  const exporters = mutating.map((mutates, index) => {
    const exporter = fakeExporter()
    const processor: Processor = {
      mutates,
      process(batch) {
        given[index] = batch
        if (mutates) for (const record of batch.records) record.attributes.by = index
        return batch.records.slice()
      },
    }
    if (parts.processors) parts.processors[`p${index}`] = () => processor
    parts.exporters[`e${index}`] = exporter.make
    parts.pipelines[`l${index}`] = { receivers: ['in'], processors: [`p${index}`], exporters: [`e${index}`] }
    return exporter
  })
  return { receiver, parts, exporters, given }
}

describe('one receiver before several pipelines', () => {
  it('copies for those that change records, never more than all but one, and nobody sees a change', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), async (mutating) => {
        const { receiver, parts, exporters, given } = fanned(mutating)
        const { pipeline } = await run(parts)
        const batch = batchOf(['a', 'b'])
        const originals = [...batch.records]
        await receiver.host.consume(batch)
        await pipeline.stop()
        const copied = given.filter(({ records }) => records[0] !== originals[0]).length
        const changing = mutating.filter(Boolean).length
        expect(copied).toBe(changing === mutating.length ? changing - 1 : changing)
        exporters.forEach((exporter, index) => {
          expect(exporter.bodies).toEqual(['a', 'b'])
          expect(exporter.records.map((record) => record.get('by'))).toEqual(
            mutating[index] ? [index, index] : [undefined, undefined],
          )
        })
        // A processor may change the list it is given, so no two may have the same one.
        expect(new Set(given.map(({ records }) => records)).size).toBe(mutating.length)
      }),
      { numRuns: 40 },
    )
  })

  it('counts a record that cannot be copied, and loses no other', async () => {
    const { receiver, parts, exporters } = fanned([true, false])
    const { pipeline, count } = await run(parts)
    const batch = batchOf(['a', 'b'])
    const [first] = batch.records
    if (first) first.clone = () => structuredClone(() => {}) as never
    await receiver.host.consume(batch)
    await pipeline.stop()
    expect(exporters.map((exporter) => exporter.bodies)).toEqual([['b'], ['a', 'b']])
    expect(count('p0')).toMatchObject({ in: 2, out: 1, dropped: { copy_error: 1 } })
  })

  it('has one receiver, one exporter, and one processor for each pipeline that names it', async () => {
    let made = 0
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const count = <T>(value: T): T => {
      made++
      return value
    }
    const line = { receivers: ['in'], processors: ['p'], exporters: ['out'] }
    const { pipeline } = await run({
      receivers: { in: (host) => count(receiver.make(host)) },
      processors: { p: () => count(pass()) },
      exporters: { out: (host) => count(exporter.make(host)) },
      pipelines: { a: line, b: line },
    })
    expect(made).toBe(4)
    await receiver.send(['x'])
    await pipeline.stop()
    expect(exporter.bodies).toEqual(['x', 'x'])
    expect(pipeline.counters().components.map(({ kind, id, pipeline: of }) => [kind, id, of])).toEqual([
      ['receiver', 'in', undefined],
      ['processor', 'p', 'a'],
      ['processor', 'p', 'b'],
      ['exporter', 'out', undefined],
    ])
  })
})

describe('one slow exporter', () => {
  it('does not hold another up until its own queue is full', async () => {
    const receiver = fakeReceiver()
    const [slow, quick] = [fakeExporter(), fakeExporter()]
    const { pipeline } = await run({
      receivers: { in: receiver.make },
      exporters: { slow: slow.make, quick: quick.make },
      sending: { slow: sending({ sending_queue: { max_records: 999 } }) },
      pipelines: { logs: { receivers: ['in'], exporters: ['slow', 'quick'] } },
    })
    slow.hold()
    for (let index = 0; index < 1000; index++) await receiver.send([index])
    await settle()
    expect([slow.records.length, quick.records.length]).toEqual([0, 1000])
    const next = receiver.send(['full'])
    expect(await stateOf(next)).toBe('waiting')
    slow.release()
    await next
    await pipeline.stop()
    expect([slow.records.length, quick.records.length]).toEqual([1001, 1001])
  })
})

describe('one dead exporter', () => {
  for (const overflow of ['drop_oldest', 'drop_newest'])
    it(`never holds another up with ${overflow}`, async () => {
      const receiver = fakeReceiver()
      const [dead, quick] = [fakeExporter(), fakeExporter()]
      const { pipeline, count } = await run({
        receivers: { in: receiver.make },
        exporters: { dead: dead.make, quick: quick.make },
        sending: { dead: sending({ sending_queue: { max_records: 10, overflow } }) },
        pipelines: { logs: { receivers: ['in'], exporters: ['dead', 'quick'] } },
      })
      dead.hold()
      for (let index = 0; index < 1000; index++) await receiver.send([index])
      await settle()
      expect(quick.records).toHaveLength(1000)
      expect(count('dead').dropped).toEqual({ queue_full: 989 })
      await pipeline.stop({ deadline: 0 })
      expect(count('dead').dropped).toEqual({ deadline: 11, queue_full: 989 })
    })
})

describe('what a receiver is told', () => {
  const hostBefore = async (processors: Record<string, Partial<Processor>>) => {
    const receiver = fakeReceiver()
    const made = Object.fromEntries(Object.entries(processors).map(([id, more]) => [id, () => pass(more)]))
    const { pipeline } = await run({
      receivers: { in: receiver.make },
      processors: made,
      exporters: { out: fakeExporter().make },
      pipelines: Object.fromEntries(
        Object.keys(made).map((id) => [id, { receivers: ['in'], processors: [id], exporters: ['out'] }]),
      ),
    })
    await pipeline.stop()
    return receiver.host
  }

  it('is the longest lookback behind it', async () => {
    expect((await hostBefore({ a: { lookback: 5000 }, b: {}, c: { lookback: 9000 } })).lookback).toBe(9000)
    expect((await hostBefore({ a: {} })).lookback).toBe(0)
  })

  it('is the names of the pipelines behind it, in the order of the configuration', async () => {
    expect((await hostBefore({ 'logs/b': {}, 'logs/a': {} })).pipelines).toEqual(['logs/b', 'logs/a'])
  })

  it('is whether anyone behind it wants the order of time', async () => {
    expect((await hostBefore({ a: {}, b: { ordered: true } })).ordered).toBe(true)
    expect((await hostBefore({ a: {}, b: { ordered: false } })).ordered).toBe(false)
  })

  it('is the least watermark behind it, and none while one has none', async () => {
    const at = (seconds: number | undefined) => ({
      watermark: () => (seconds === undefined ? undefined : ([seconds, 0] as [number, number])),
    })
    expect((await hostBefore({ a: at(20), b: at(10), c: {} })).watermark(SOURCE)).toEqual([10, 0])
    expect((await hostBefore({ a: at(20), b: at(undefined) })).watermark(SOURCE)).toBeUndefined()
    expect((await hostBefore({ a: {} })).watermark(SOURCE)).toBeUndefined()
    const throwing = {
      watermark: () => {
        throw new Error('no')
      },
    }
    expect((await hostBefore({ a: at(20), b: throwing })).watermark(SOURCE)).toBeUndefined()
  })
})

describe('sources', () => {
  it('are announced to every processor behind before their first batch, even when the receiver forgot', async () => {
    const receiver = fakeReceiver()
    const events: string[] = []
    const told = (name: string) =>
      pass({
        process(batch): LogRecord[] {
          events.push(`${name} batch ${batch.source.id}`)
          return batch.records
        },
        sourceOpened: (source: Source) => void events.push(`${name} opened ${source.id}`),
        sourceClosed: (source, reason) => {
          events.push(`${name} closed ${source.id} ${reason}`)
          return reason === 'lost' ? [] : batchOf([`last of ${source.id}`]).records
        },
      })
    const exporter = fakeExporter()
    const { pipeline } = await run(simple(receiver, exporter, { a: told('a'), b: told('b') }))
    const other = { id: 'fake:b', finite: false }
    receiver.host.sourceOpened(SOURCE)
    receiver.host.sourceOpened(SOURCE)
    await receiver.send(['x'], other)
    receiver.host.sourceClosed(other, 'lost')
    receiver.host.sourceClosed(SOURCE, 'ended')
    receiver.host.sourceClosed(SOURCE, 'ended')
    await pipeline.stop()
    expect(events).toEqual([
      'a opened fake:a',
      'b opened fake:a',
      'a opened fake:b',
      'b opened fake:b',
      'a batch fake:b',
      'b batch fake:b',
      'a closed fake:b lost',
      'b closed fake:b lost',
      'a closed fake:a ended',
      'b batch fake:a',
      'b closed fake:a ended',
    ])
    expect(exporter.bodies).toEqual(['x', 'last of fake:a', 'last of fake:a'])
  })

  it('wait for the batch that is under way', async () => {
    const receiver = fakeReceiver()
    const events: string[] = []
    const gate = Promise.withResolvers<void>()
    const slow = pass({
      async process(batch) {
        await gate.promise
        events.push('batch')
        return batch.records
      },
      sourceClosed: () => {
        events.push('closed')
        return []
      },
    })
    const { pipeline } = await run(simple(receiver, fakeExporter(), { slow }))
    const sent = receiver.send(['x'])
    receiver.host.sourceClosed(SOURCE, 'ended')
    gate.resolve()
    await sent
    await pipeline.stop()
    expect(events).toEqual(['batch', 'closed'])
  })
})

describe('after a stop', () => {
  it('a receiver is told to try again elsewhere', async () => {
    const receiver = fakeReceiver()
    const { pipeline } = await run(simple(receiver, fakeExporter()))
    await pipeline.stop()
    await expect(receiver.send(['a'])).rejects.toBeInstanceOf(RetryableError)
  })
})
