import { RetryableError } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import {
  fakeExporter,
  fakeReceiver,
  pass,
  run,
  SOURCE,
  settle,
  simple,
  stateOf,
} from '../pipeline/fakes.fixture.ts'
import { counting, PUSHED, push, send, stored } from './stored.fixture.ts'

const batches = (keys: readonly string[]) => keys.filter((key) => !key.endsWith('.lines'))

describe('a batch that cannot be read again', () => {
  it('is accepted when it survives a crash, and is processed meanwhile', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, parts } = stored(simple(receiver, exporter))
    const { pipeline } = await run(parts)
    storage.hold()
    const pushed = push(receiver, 'x')
    expect(await stateOf(pushed)).toBe('waiting')
    expect(exporter.bodies).toEqual(['x'])
    storage.release()
    await pushed
    expect(batches(storage.keys('wal'))).toHaveLength(1)
    await pipeline.stop()
  })

  it('is written together with those that came while another was being written', async () => {
    const receiver = fakeReceiver()
    const { storage, parts } = stored(simple(receiver, fakeExporter()))
    const { pipeline } = await run(parts)
    storage.hold()
    const all = Promise.all(['a', 'b', 'c', 'd'].map((body) => push(receiver, body)))
    await settle()
    storage.release()
    await all
    expect(storage.commits.map((commit) => commit.length)).toEqual([1, 3])
    await pipeline.stop()
  })

  it('is processed again after a crash, before all that comes then, where no checkpoint had it', async () => {
    const receiver = fakeReceiver()
    const { storage, parts } = stored(simple(receiver, fakeExporter(), { p: counting() }))
    const { clock } = await run(parts)
    await push(receiver, 'x')
    clock.advance(1000)
    await settle()
    expect(storage.keys('wal')).toEqual([])
    await push(receiver, 'x', 'y')
    await push(receiver, 'x')
    const exporter = fakeExporter()
    const again = fakeReceiver({ start: () => push(again, 'x') })
    const next = await run(stored(simple(again, exporter, { p: counting() }), storage.crash()).parts)
    await settle()
    expect(exporter.bodies).toEqual(['x 2', 'y 1', 'x 3', 'x 4'])
    expect(next.count('in').noted.replayed).toBe(3)
    expect(next.count('in').out).toBe(4)
    await next.pipeline.stop()
  })

  it('is counted once, also when the checkpoint is written before the batch itself', async () => {
    const receiver = fakeReceiver()
    const { storage, parts } = stored(simple(receiver, fakeExporter(), { p: counting() }))
    const { clock } = await run(parts)
    const writes: (() => void)[] = []
    storage.onCommit = (write, answer) =>
      void writes.push(() => {
        write()
        answer()
      })
    void push(receiver, 'x')
    clock.advance(1000)
    await settle()
    expect(writes).toHaveLength(2)
    // The checkpoint, which knows that the batch has been processed, and then the batch.
    writes[1]?.()
    writes[0]?.()
    await settle()
    const [again, processor] = [fakeReceiver(), counting()]
    const next = await run(stored(simple(again, fakeExporter(), { p: processor }), storage.crash()).parts)
    expect(processor.counts.get('x')).toBe(1)
    next.clock.advance(1000)
    await settle()
    await next.pipeline.stop()
  })

  it('is refused for now when the storage refuses it', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, parts } = stored(simple(receiver, exporter))
    const { pipeline, clock, log } = await run(parts)
    storage.errors.push(new Error('no space left on device'))
    await expect(push(receiver, 'x')).rejects.toThrow(RetryableError)
    await push(receiver, 'y')
    expect(log.lines[0]?.message).toContain('no space left on device')
    clock.advance(1000)
    await settle()
    expect(storage.keys('wal')).toEqual([])
    await pipeline.stop()
  })

  it('of a finite source is not written: it is read once, and whoever reads it again begins anew', async () => {
    const receiver = fakeReceiver()
    const { storage, parts } = stored(simple(receiver, fakeExporter()))
    const { pipeline } = await run(parts)
    await receiver.send(['x'])
    expect(storage.asked).toBe(0)
    await pipeline.stop()
  })

  it('that cannot be read any more is set aside, counted, and holds nothing up', async () => {
    const receiver = fakeReceiver()
    const { storage, parts } = stored(simple(receiver, fakeExporter()))
    await run(parts)
    await push(receiver, 'x', 'y')
    await push(receiver, 'z')
    const left = storage.crash()
    const [key = ''] = left.keys('wal')
    const bytes = left.durable.get('wal')?.get(key)
    bytes?.fill(0xff, bytes.length - 10)
    const exporter = fakeExporter()
    const again = fakeReceiver()
    const next = await run(stored(simple(again, exporter), left).parts)
    await settle()
    expect(exporter.bodies).toEqual(['z'])
    expect(next.count('in').dropped).toEqual({ undecodable: 2 })
    await next.pipeline.stop()
    expect(left.keys('undecodable/in')).toEqual([`wal ${key}`])
    expect(left.keys('wal')).toEqual([])
  })

  it('of a receiver that is not in the configuration waits for it', async () => {
    const receiver = fakeReceiver()
    const { storage, parts } = stored(simple(receiver, fakeExporter()))
    await run(parts)
    await push(receiver, 'x')
    const left = storage.crash()
    const other = fakeReceiver()
    const without = await run(
      stored(
        {
          receivers: { other: other.make },
          exporters: { out: fakeExporter().make },
          pipelines: { logs: { receivers: ['other'], exporters: ['out'] } },
        },
        left,
      ).parts,
    )
    await other.send(['y'], PUSHED)
    expect(without.log.lines.some(({ message }) => message.includes('not in the configuration'))).toBe(true)
    const exporter = fakeExporter()
    const back = await run(stored(simple(fakeReceiver(), exporter), left.crash()).parts)
    await settle()
    expect(exporter.bodies).toEqual(['x'])
    await back.pipeline.stop()
  })
})

describe('two pipelines on one receiver', () => {
  /** A pipeline whose exporter is dead and full, and one that goes on. */
  async function halfStuck() {
    const [receiver, dead, fine] = [fakeReceiver(), fakeExporter(), fakeExporter()]
    const processors = { a: counting(), b: counting() }
    const { storage, parts } = stored({
      receivers: { in: receiver.make },
      processors: {
        a: () => processors.a,
        b: () => processors.b,
        mutating: () =>
          pass({
            mutates: true,
            process(batch) {
              for (const record of batch.records) record.body = `${String(record.body)}!`
              return batch.records
            },
          }),
      },
      exporters: { dead: dead.make, fine: fine.make },
      pipelines: {
        stuck: { receivers: ['in'], processors: ['mutating', 'a'], exporters: ['dead'] },
        free: { receivers: ['in'], processors: ['b'], exporters: ['fine'] },
      },
    })
    return { receiver, dead, fine, processors, storage, parts }
  }
  const many = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`)

  it('make a checkpoint though one has what the other has before it, and both count it once', async () => {
    const { receiver, dead, storage, parts } = await halfStuck()
    dead.hold()
    const { clock } = await run(parts)
    // Under way, waiting, and full.
    await receiver.send(many(1000), SOURCE, '1')
    await receiver.send(many(10_000), SOURCE, '2')
    void receiver.send(['x'], SOURCE, '3')
    void receiver.send(['x', 'y'], { id: 'fake:b', finite: true }, '1')
    clock.advance(1000)
    await settle()
    expect(receiver.safe).toEqual(['fake:a 3', 'fake:b 1'])
    expect(batches(storage.keys('wal'))).toHaveLength(1)
    const before = storage.commits.length
    clock.advance(60_000)
    await settle()
    expect(
      storage.commits
        .slice(before)
        .flat()
        .filter((change) => change.startsWith('wal')),
    ).toEqual([])

    const again = await halfStuck()
    const next = await run(stored(again.parts, storage.crash()).parts)
    await settle()
    expect([again.processors.a.counts.get('x!'), again.processors.b.counts.get('x')]).toEqual([2, 2])
    expect([again.processors.a.counts.get('y!'), again.processors.b.counts.get('y')]).toEqual([1, 1])
    expect(again.fine.bodies).toEqual([])
    expect(again.dead.records).toHaveLength(11_000 + 3)
    expect([...again.receiver.host.positions]).toEqual([
      ['fake:a', '3'],
      ['fake:b', '1'],
    ])
    await next.pipeline.stop()
  })

  it('write down what the one that waits has got, not what the other has made of it', async () => {
    const [receiver, dead] = [fakeReceiver(), fakeExporter()]
    const marking = () =>
      pass({
        mutates: true,
        process(batch) {
          for (const record of batch.records) record.body = `${String(record.body)}!`
          return batch.records
        },
      })
    const make = (reading: typeof receiver, stuck: typeof dead) => ({
      receivers: { in: reading.make },
      processors: { marking },
      exporters: { dead: stuck.make, fine: fakeExporter().make },
      pipelines: {
        stuck: { receivers: ['in'], processors: ['marking'], exporters: ['dead'] },
        free: { receivers: ['in'], processors: ['marking'], exporters: ['fine'] },
      },
    })
    const { storage, parts } = stored(make(receiver, dead))
    dead.hold()
    const { clock } = await run(parts)
    await receiver.send(many(1000), SOURCE, '1')
    await receiver.send(many(10_000), SOURCE, '2')
    void receiver.send(['x'], SOURCE, '3')
    void receiver.send(['y'], { id: 'fake:b', finite: true }, '1')
    clock.advance(1000)
    await settle()
    const back = fakeExporter()
    const next = await run(stored(make(fakeReceiver(), back), storage.crash()).parts)
    await settle()
    expect(back.bodies.slice(-2)).toEqual(['x!', 'y!'])
    await next.pipeline.stop()
  })

  it('take in a batch that is in the write-ahead once each, if one had it at the checkpoint', async () => {
    const { receiver, dead, storage, parts } = await halfStuck()
    dead.hold()
    const { clock } = await run(parts)
    await receiver.send(many(1000), SOURCE, '1')
    await receiver.send(many(10_000), SOURCE, '2')
    void receiver.send(['x'], SOURCE, '3')
    void push(receiver, 'y')
    clock.advance(1000)
    await settle()
    const again = await halfStuck()
    const next = await run(stored(again.parts, storage.crash()).parts)
    await settle()
    expect([again.processors.a.counts.get('y!'), again.processors.b.counts.get('y')]).toEqual([1, 1])
    next.clock.advance(1000)
    await settle()
    await next.pipeline.stop()
  })
})

describe('what a storage has of a position', () => {
  it('is ahead of nothing that another batch of the same receiver has not passed', async () => {
    const receiver = fakeReceiver()
    const { storage, parts } = stored(simple(receiver, fakeExporter()))
    const { pipeline, clock } = await run(parts)
    await send(receiver, '1', 'x')
    await push(receiver, 'y')
    clock.advance(1000)
    await settle()
    expect(storage.keys('positions/in')).toEqual([SOURCE.id])
    expect(storage.keys('wal')).toEqual([])
    await pipeline.stop()
  })
})
