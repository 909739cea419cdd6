import { describe, expect, it } from 'vitest'
import {
  fakeExporter,
  fakeReceiver,
  type Parts,
  pass,
  run,
  SOURCE,
  settle,
  simple,
  stateOf,
} from '../pipeline/fakes.fixture.ts'
import { fakeStorage } from './fake-storage.fixture.ts'

const OTHER = { id: 'fake:b', finite: false }

function stored(parts: Parts, storage = fakeStorage()) {
  return { storage, parts: { ...parts, extensions: { storage: storage.extension } } }
}

describe('with a storage a position', () => {
  it('is safe once a checkpoint that holds it has been written, though nothing has been delivered', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, parts } = stored(simple(receiver, exporter))
    const { pipeline, clock } = await run(parts)
    exporter.hold()
    await receiver.send(['x'], SOURCE, '1')
    await receiver.send(['y'], OTHER, '7')
    await settle()
    expect(receiver.safe).toEqual([])
    storage.hold()
    clock.advance(1000)
    await settle()
    expect(receiver.safe).toEqual([])
    storage.release()
    await settle()
    expect(receiver.safe).toEqual(['fake:a 1', 'fake:b 7'])
    expect(storage.text('positions/in', 'fake:a')).toBe('1')
    exporter.release()
    await pipeline.stop()
  })

  it('is where the receiver goes on after a crash', async () => {
    const receiver = fakeReceiver()
    const { storage, parts } = stored(simple(receiver, fakeExporter()))
    const { clock } = await run(parts)
    await receiver.send(['x'], SOURCE, '1')
    clock.advance(1000)
    await settle()
    await receiver.send(['y'], SOURCE, '2')
    const again = fakeReceiver()
    const { pipeline } = await run(stored(simple(again, fakeExporter()), storage.crash()).parts)
    expect([...again.host.positions]).toEqual([['fake:a', '1']])
    await pipeline.stop()
  })

  it('is told once, and nothing is written while nothing happens', async () => {
    const receiver = fakeReceiver()
    const { storage, parts } = stored(simple(receiver, fakeExporter()))
    const { pipeline, clock } = await run(parts)
    await receiver.send(['x'], SOURCE, '1')
    clock.advance(2000)
    await settle()
    const { asked } = storage
    for (let second = 0; second < 30; second++) {
      clock.advance(1000)
      await settle()
    }
    expect(storage.asked).toBe(asked)
    expect(receiver.safe).toEqual(['fake:a 1'])
    await pipeline.stop()
  })

  it('waits a minute for nothing but the time, which a processor may have noted', async () => {
    const receiver = fakeReceiver()
    let ticks = 0
    const noting = pass({
      tick: () => {
        ticks++
        return []
      },
      snapshot: () => ({
        header: { version: 1, fingerprint: 'f', data: Buffer.of(ticks % 256) },
        entries: [],
      }),
      restore() {},
    })
    const { storage, parts } = stored(simple(receiver, fakeExporter(), { noting }))
    const { pipeline, clock } = await run(parts)
    for (let second = 0; second < 150; second++) {
      clock.advance(1000)
      await settle()
    }
    expect(storage.asked).toBe(3)
    await pipeline.stop()
  })

  it('is deleted when its source is lost, and one of a batch that was on its way does not come back', async () => {
    const receiver = fakeReceiver()
    const gate = Promise.withResolvers<void>()
    const slow = pass({ process: (batch) => gate.promise.then(() => batch.records) })
    const { storage, parts } = stored(simple(receiver, fakeExporter(), { slow }))
    const { pipeline, clock } = await run(parts)
    const sent = receiver.send(['x'], SOURCE, '1')
    receiver.host.sourceClosed(SOURCE, 'lost')
    gate.resolve()
    await sent
    clock.advance(1000)
    await settle()
    expect(storage.keys('positions/in')).toEqual([])
    expect(receiver.safe).toEqual([])
    await pipeline.stop()
  })

  it('is saved at a graceful stop, and told before the receiver closes', async () => {
    const events: string[] = []
    const receiver = fakeReceiver({
      safe: (_, position) => void events.push(`safe ${position}`),
      close: () => void events.push('close'),
    })
    const { storage, parts } = stored(simple(receiver, fakeExporter()))
    const { pipeline } = await run(parts)
    await receiver.send(['x'], SOURCE, '1')
    await pipeline.stop()
    expect(events).toEqual(['safe 1', 'close'])
    expect(storage.text('positions/in', 'fake:a')).toBe('1')
  })

  it('is told by no one when the storage refuses, until it takes it again', async () => {
    const receiver = fakeReceiver()
    const { storage, parts } = stored(simple(receiver, fakeExporter()))
    const { pipeline, clock, log, count } = await run(parts)
    storage.broken = new Error('no space left on device')
    await receiver.send(['x'], SOURCE, '1')
    for (let second = 0; second < 10; second++) {
      clock.advance(1000)
      await settle()
    }
    expect(receiver.safe).toEqual([])
    expect(log.lines.filter((line) => line.level === 'error')).toHaveLength(1)
    expect(log.lines[0]?.message).toContain('no space left on device')
    expect(count('storage').noted.commit_failed).toBeGreaterThan(5)
    storage.broken = undefined
    clock.advance(1000)
    await settle()
    expect(receiver.safe).toEqual(['fake:a 1'])
    await pipeline.stop()
  })
})

describe('a checkpoint', () => {
  it('waits for an asynchronous processor, whose batch is not in it', async () => {
    const receiver = fakeReceiver()
    const gates: PromiseWithResolvers<void>[] = []
    const slow = pass({
      process(batch) {
        const gate = Promise.withResolvers<void>()
        gates.push(gate)
        return gate.promise.then(() => batch.records)
      },
    })
    const { storage, parts } = stored(simple(receiver, fakeExporter(), { slow }))
    const { pipeline, clock } = await run(parts)
    const first = receiver.send(['x'], SOURCE, '1')
    const second = receiver.send(['y'], OTHER, '2')
    clock.advance(1000)
    await settle()
    const before = storage.asked
    gates[0]?.resolve()
    await first
    await settle()
    expect(storage.asked).toBe(before + 1)
    expect(storage.keys('positions/in')).toEqual(['fake:a'])
    gates[1]?.resolve()
    await second
    await pipeline.stop()
  })

  it('finds a moment for two pipelines with asynchronous processors, without holding up a third', async () => {
    const receivers = [fakeReceiver(), fakeReceiver(), fakeReceiver()]
    const gates: PromiseWithResolvers<void>[] = []
    const slow = () =>
      pass({
        process(batch) {
          const gate = Promise.withResolvers<void>()
          gates.push(gate)
          return gate.promise.then(() => batch.records)
        },
      })
    const out = fakeExporter()
    const storage = fakeStorage()
    const [one, two, three] = receivers
    const { pipeline, clock } = await run({
      receivers: Object.fromEntries(receivers.map((each, index) => [`in${index}`, each.make])),
      processors: { slow },
      exporters: { out: out.make },
      extensions: { storage: storage.extension },
      pipelines: {
        a: { receivers: ['in0'], processors: ['slow'], exporters: ['out'] },
        b: { receivers: ['in1'], processors: ['slow'], exporters: ['out'] },
        c: { receivers: ['in2'], exporters: ['out'] },
      },
    })
    // The one is never at rest when the other is, unless it is made to wait.
    void one?.send(['a1'], { id: 'a', finite: false }, '1')
    void one?.send(['a2'], { id: 'a', finite: false }, '2')
    void two?.send(['b1'], { id: 'b', finite: false }, '1')
    clock.advance(1000)
    await settle()
    expect(gates).toHaveLength(2)
    gates[0]?.resolve()
    await settle()
    expect(gates).toHaveLength(2)
    await three?.send(['c1'], { id: 'c', finite: false }, '1')
    gates[1]?.resolve()
    await settle()
    expect(storage.keys('positions/in0')).toEqual(['a'])
    expect(storage.text('positions/in0', 'a')).toBe('1')
    expect(storage.text('positions/in1', 'b')).toBe('1')
    expect(storage.text('positions/in2', 'c')).toBe('1')
    expect(gates).toHaveLength(3)
    gates[2]?.resolve()
    await pipeline.stop()
  })

  it('is never made twice at once', async () => {
    const receiver = fakeReceiver()
    const { storage, parts } = stored(simple(receiver, fakeExporter()))
    const { pipeline, clock } = await run(parts)
    storage.hold()
    for (const position of ['1', '2', '3']) {
      await receiver.send(['x'], SOURCE, position)
      clock.advance(1000)
      await settle()
    }
    expect(storage.asked).toBe(1)
    const stopping = pipeline.stop()
    expect(await stateOf(stopping)).toBe('waiting')
    storage.release()
    await stopping
    expect(receiver.safe).toEqual(['fake:a 1', 'fake:a 3'])
  })
})
