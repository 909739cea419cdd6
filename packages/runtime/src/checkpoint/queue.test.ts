import { LogRecord, PartialError, PermanentError } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import {
  type FakeExporter,
  type FakeReceiver,
  fakeExporter,
  fakeReceiver,
  type Parts,
  run,
  SOURCE,
  sending,
  settle,
  simple,
} from '../pipeline/fakes.fixture.ts'
import { counting, send, stored } from './stored.fixture.ts'

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

function parts(receiver: FakeReceiver, exporter: FakeExporter, options: object = {}): Parts {
  return { ...simple(receiver, exporter), sending: { out: sending(options) } }
}

/** An alert as detectors make them. */
const alert = (id: string) => new LogRecord({ body: id, attributes: { 'lacuna.alert.id': id } })

describe('the queue of a dead exporter', () => {
  it('is sent after a crash: what was under way, what waited, and what waited for room, in its order', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const limits = { sending_queue: { max_records: 200 }, batch: { max_records: 100 } }
    const { storage, parts: all } = stored(parts(receiver, exporter, limits))
    const { clock } = await run(all)
    exporter.hold()
    await receiver.send(numbers(0, 150), SOURCE, '1')
    await receiver.send(numbers(150, 300), SOURCE, '2')
    void receiver.send(numbers(300, 350), SOURCE, '3')
    clock.advance(1000)
    await settle()
    expect(receiver.safe).toEqual(['fake:a 3'])

    const back = fakeExporter()
    const again = fakeReceiver({ start: () => again.send([350], SOURCE, '4') })
    const next = await run(stored(parts(again, back, limits), storage.crash()).parts)
    await settle()
    expect(back.bodies).toEqual(numbers(0, 351))
    expect(next.count('out')).toMatchObject({ in: 351, out: 351 })
    await next.pipeline.stop()
  })

  it('is saved once, and deleted when it is delivered', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, parts: all } = stored(parts(receiver, exporter))
    const { pipeline, clock } = await run(all)
    exporter.hold()
    await receiver.send(numbers(0, 200), SOURCE, '1')
    clock.advance(1000)
    await settle()
    const first = storage.keys('queue/out')
    expect(first.length).toBeGreaterThan(1)
    await receiver.send(numbers(200, 210), SOURCE, '2')
    clock.advance(1000)
    await settle()
    const second = storage.commits.at(-1)?.filter((change) => change.startsWith('queue/'))
    expect(second).toHaveLength(1)
    exporter.release()
    await settle()
    clock.advance(1000)
    await settle()
    expect(storage.keys('queue/out')).toEqual([])
    await pipeline.stop()
  })

  it('loses only what was delivered, though some of it was', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const options = { batch: { max_records: 10 } }
    const { storage, parts: all } = stored(parts(receiver, exporter, options))
    const { clock } = await run(all)
    exporter.hold()
    await receiver.send(numbers(0, 100), SOURCE, '1')
    clock.advance(1000)
    await settle()
    exporter.release()
    await Promise.resolve()
    exporter.hold()
    await settle()
    expect(exporter.bodies).toEqual(numbers(0, 10))
    clock.advance(1000)
    await settle()
    const back = fakeExporter()
    const next = await run(stored(parts(fakeReceiver(), back, options), storage.crash()).parts)
    await settle()
    expect(back.bodies).toEqual(numbers(10, 100))
    await next.pipeline.stop()
  })

  it('survives two crashes with nothing delivered in between', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    let { storage, parts: all } = stored(parts(receiver, exporter))
    const { clock } = await run(all)
    exporter.hold()
    await receiver.send(numbers(0, 100), SOURCE, '1')
    clock.advance(1000)
    await settle()
    for (let life = 0; life < 2; life++) {
      const [dead, more] = [fakeExporter(), fakeReceiver()]
      dead.hold()
      ;({ storage, parts: all } = stored(parts(more, dead), storage.crash()))
      const again = await run(all)
      await more.send([100 + life], SOURCE, '2')
      again.clock.advance(1000)
      await settle()
    }
    const back = fakeExporter()
    const last = await run(stored(parts(fakeReceiver(), back), storage.crash()).parts)
    await settle()
    expect(back.bodies).toEqual(numbers(0, 102))
    await last.pipeline.stop()
  })

  it('is saved when a stop has no time for it, and says so', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, parts: all } = stored(parts(receiver, exporter))
    const { pipeline, count, log } = await run(all)
    exporter.hold()
    await receiver.send(['a', 'b'], SOURCE, '1')
    await receiver.send(['c'], SOURCE, '2')
    await pipeline.stop({ deadline: 0 })
    expect(count('out').dropped).toEqual({ deadline: 3 })
    expect(log.lines.map(({ message }) => message)).toContain(
      'what was not delivered is saved, and sent after the next start',
    )
    const back = fakeExporter()
    const again = fakeReceiver()
    const next = await run(stored(parts(again, back), storage.crash()).parts)
    await settle()
    expect(back.bodies).toEqual(['a', 'b', 'c'])
    expect(again.host.positions.get(SOURCE.id)).toBe('2')
    await next.pipeline.stop()
  })

  it('says that it is not saved when the storage does not take it in time', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, parts: all } = stored(parts(receiver, exporter))
    const { pipeline, clock, log } = await run(all)
    exporter.hold()
    await receiver.send(['a'], SOURCE, '1')
    storage.hold()
    const stopping = pipeline.stop({ deadline: 0 })
    await settle()
    clock.advance(5000)
    await stopping
    expect(log.lines.at(-1)?.message).toContain('the last state could not be saved')
  })

  it('keeps what a closed output had not taken', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, parts: all } = stored(parts(receiver, exporter))
    const { pipeline } = await run(all)
    exporter.hold()
    await receiver.send(['a'], SOURCE, '1')
    exporter.close()
    await settle()
    await receiver.send(['b'], SOURCE, '2').catch(() => {})
    await pipeline.done
    const [back, again] = [fakeExporter(), fakeReceiver()]
    const next = await run(stored(parts(again, back), storage.crash()).parts)
    await settle()
    expect(back.bodies).toEqual(['a'])
    // What came later was not looked at, and is read again.
    expect(again.host.positions.get(SOURCE.id)).toBe('1')
    await next.pipeline.stop()
  })

  it('does not keep a poison batch', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, parts: all } = stored(parts(receiver, exporter))
    const { pipeline, clock, count } = await run(all)
    exporter.errors.push(new PermanentError('no'))
    await receiver.send(['a'], SOURCE, '1')
    clock.advance(1000)
    await settle()
    expect(count('out').dropped).toEqual({ permanent: 1 })
    expect(storage.keys('queue/out')).toEqual([])
    await pipeline.stop()
  })

  it('sets aside what cannot be read any more, counts it, and sends the rest', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, parts: all } = stored(parts(receiver, exporter))
    const { clock } = await run(all)
    exporter.hold()
    await receiver.send(numbers(0, 100), SOURCE, '1')
    clock.advance(1000)
    await settle()
    const left = storage.crash()
    const [key = ''] = left.keys('queue/out')
    left.durable.get('queue/out')?.get(key)?.fill(0xff)
    const back = fakeExporter()
    const next = await run(stored(parts(fakeReceiver(), back), left).parts)
    await settle()
    expect(back.bodies).toEqual(numbers(64, 100))
    expect(next.count('out').dropped).toEqual({ undecodable: 64 })
    await next.pipeline.stop()
    expect(left.keys('queue/out')).toEqual([])
    expect(left.keys('undecodable/out')).toEqual([`queue ${key}`])
  })

  it.each(['drop_oldest', 'drop_newest'])('with %s has what is left of it', async (overflow) => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const options = { sending_queue: { max_records: 20, overflow }, batch: { max_records: 5 } }
    const { storage, parts: all } = stored(parts(receiver, exporter, options))
    const { clock } = await run(all)
    exporter.hold()
    for (let at = 0; at < 60; at += 3) {
      await receiver.send(numbers(at, at + 3), SOURCE, String(at))
      if (at % 9 === 0) clock.advance(1000)
      await settle()
    }
    clock.advance(1000)
    await settle()
    const back = fakeExporter()
    const next = await run(stored(parts(fakeReceiver(), back, options), storage.crash()).parts)
    await settle()
    const left = overflow === 'drop_oldest' ? numbers(40, 60) : numbers(3, 23)
    expect(back.bodies).toEqual([...numbers(0, 3), ...left])
    await next.pipeline.stop()
  })
})

describe('an alert', () => {
  async function alerting(
    receiver: FakeReceiver,
    exporter: FakeExporter,
    storage = stored(parts(receiver, exporter)).storage,
  ) {
    const running = await run(stored(parts(receiver, exporter), storage).parts)
    const tell = (position: string, ...ids: string[]) =>
      receiver.host.consume({ source: SOURCE, records: ids.map(alert), position })
    return { ...running, storage, tell }
  }

  it('is known to have been delivered within 50 ms, and is not sent again after a crash', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, tell, clock } = await alerting(receiver, exporter)
    await tell('1', 'a', 'b')
    await settle()
    clock.advance(50)
    await settle()
    expect(storage.keys('delivered/out')).toEqual(['a', 'b'])
    // No checkpoint: all of it is read again.
    const back = fakeExporter()
    const next = await alerting(fakeReceiver(), back, storage.crash())
    await next.tell('2', 'a', 'c', 'b')
    await settle()
    expect(back.bodies).toEqual(['c'])
    expect(next.count('out')).toMatchObject({ in: 3, out: 1, dropped: { already_delivered: 2 } })
    await next.pipeline.stop()
  })

  it('that is in the saved queue is not sent again when it is known to have arrived', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, tell, clock } = await alerting(receiver, exporter)
    exporter.hold()
    await tell('1', 'a')
    await tell('2', 'b', 'c')
    clock.advance(1000)
    await settle()
    exporter.release()
    await Promise.resolve()
    exporter.hold()
    await settle()
    clock.advance(50)
    await settle()
    expect(storage.keys('delivered/out')).toEqual(['a'])
    const back = fakeExporter()
    const next = await alerting(fakeReceiver(), back, storage.crash())
    await settle()
    expect(back.bodies).toEqual(['b', 'c'])
    expect(next.count('out')).toMatchObject({ in: 3, out: 2, dropped: { already_delivered: 1 } })
    await next.pipeline.stop()
    expect(next.storage.keys('queue/out')).toEqual([])
  })

  it('that has arrived leaves a gap in the saved queue, over which nothing is lost at the next crash', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, tell, clock } = await alerting(receiver, exporter)
    exporter.hold()
    await tell('1', 'a', 'b', 'c', 'd')
    clock.advance(1000)
    await settle()
    let left = storage.crash()
    left.durable.set('delivered/out', new Map([['b', Buffer.from(String(Date.UTC(2026, 0, 1)))]]))
    const dead = fakeExporter()
    dead.hold()
    const between = await alerting(fakeReceiver(), dead, left)
    await settle()
    await between.tell('2', 'e', 'f')
    between.clock.advance(1000)
    await settle()
    left = between.storage.crash()
    const back = fakeExporter()
    const last = await alerting(fakeReceiver(), back, left)
    await settle()
    expect(back.bodies).toEqual(['a', 'c', 'd', 'e', 'f'])
    await last.pipeline.stop()
  })

  it('that was refused is not taken for delivered', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, tell, clock, pipeline } = await alerting(receiver, exporter)
    exporter.errors.push(new PartialError('one', [1]))
    await tell('1', 'a', 'b', 'c')
    await settle()
    exporter.errors.push(new PermanentError('all'))
    await tell('2', 'd')
    await settle()
    clock.advance(50)
    await settle()
    expect(storage.keys('delivered/out')).toEqual(['a', 'c'])
    await pipeline.stop()
  })

  it('is known for a day, and of one exporter the newest 100,000', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, tell, clock, pipeline } = await alerting(receiver, exporter)
    await tell('1', 'old')
    await settle()
    clock.advance(1000)
    await settle()
    clock.set(Date.UTC(2026, 0, 2, 0, 0, 2))
    const ids = numbers(0, 50_001).map((index) => `n${index}`)
    await tell('2', ...ids)
    await tell('3', ...ids.map((id) => `${id}.`))
    await settle()
    await pipeline.stop()
    const known = storage.keys('delivered/out')
    expect(known).toHaveLength(100_000)
    expect(known).not.toContain('old')
    expect(known).not.toContain('n1')
    expect(known).toContain('n2')
  })

  it('is noted when the storage works again, if it did not when it was delivered', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, tell, clock, pipeline } = await alerting(receiver, exporter)
    storage.broken = new Error('no space left on device')
    await tell('1', 'a')
    await settle()
    clock.advance(500)
    await settle()
    storage.broken = undefined
    clock.advance(1000)
    await settle()
    expect(storage.keys('delivered/out')).toEqual(['a'])
    await pipeline.stop()
  })
})

describe('a storage that refuses for a while', () => {
  it('gets all of it afterwards, state, positions and queue together', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const { storage, parts: all } = stored(simple(receiver, exporter, { p: counting() }))
    const { clock } = await run(all)
    exporter.hold()
    await send(receiver, '1', 'x')
    clock.advance(1000)
    await settle()
    storage.broken = new Error('no space left on device')
    for (const position of ['2', '3', '4']) {
      await send(receiver, position, `x${position}`)
      clock.advance(1000)
      await settle()
    }
    storage.broken = undefined
    clock.advance(1000)
    await settle()
    const [again, back, processor] = [fakeReceiver(), fakeExporter(), counting()]
    const next = await run(stored(simple(again, back, { p: processor }), storage.crash()).parts)
    await settle()
    expect([...processor.counts.keys()]).toEqual(['x', 'x2', 'x3', 'x4'])
    expect(back.bodies).toEqual(['x 1', 'x2 1', 'x3 1', 'x4 1'])
    expect(again.host.positions.get(SOURCE.id)).toBe('4')
    await next.pipeline.stop()
  })
})
