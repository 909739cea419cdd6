import { describe, expect, it } from 'vitest'
import { fakeExporter, fakeReceiver, pass, run, SOURCE, settle, simple } from '../pipeline/fakes.fixture.ts'
import { counting, send, stored } from './stored.fixture.ts'

/** Runs until a checkpoint, is killed, and gives the storage that is left. */
async function killed(options: Parameters<typeof counting>[0] = {}) {
  const receiver = fakeReceiver()
  const { storage, parts } = stored(simple(receiver, fakeExporter(), { p: counting(options) }))
  const { clock } = await run(parts)
  await send(receiver, '1', 'x', 'y')
  await send(receiver, '2', 'x')
  clock.advance(1000)
  await settle()
  await send(receiver, '3', 'x')
  return storage.crash()
}

describe('the state of a processor', () => {
  it('is what it was at the position at which the receiver goes on', async () => {
    const [receiver, exporter, processor] = [fakeReceiver(), fakeExporter(), counting()]
    const { parts } = stored(simple(receiver, exporter, { p: processor }), await killed())
    const { pipeline, log } = await run(parts)
    expect(receiver.host.positions.get(SOURCE.id)).toBe('2')
    expect([...processor.counts]).toEqual([
      ['x', 2],
      ['y', 1],
    ])
    await send(receiver, '3', 'x')
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([])
    await pipeline.stop()
  })

  it('is saved by what has changed', async () => {
    const [receiver, processor] = [fakeReceiver(), counting()]
    const { storage, parts } = stored(simple(receiver, fakeExporter(), { p: processor }), await killed())
    const { pipeline, clock } = await run(parts)
    await send(receiver, '3', 'y')
    clock.advance(1000)
    await settle()
    expect(storage.commits.flat().filter((change) => change.startsWith('state/'))).toEqual(['state/logs/p y'])
    await pipeline.stop()
  })

  it.each([
    ['other settings', { fingerprint: 'another window' }, 'other settings'],
    ['another version', { version: 2 }, 'another version'],
  ])('is not taken back under %s: one warning, and nothing old is left', async (_, options, reason) => {
    const [receiver, processor] = [fakeReceiver(), counting(options)]
    const { storage, parts } = stored(simple(receiver, fakeExporter(), { p: processor }), await killed())
    const { pipeline, clock, log } = await run(parts)
    expect(processor.counts.size).toBe(0)
    const warnings = log.lines.filter(({ level }) => level === 'warn')
    expect(warnings).toHaveLength(1)
    expect(warnings[0]?.fields).toMatchObject({ component: 'p', pipeline: 'logs', entries: 2 })
    expect(warnings[0]?.message).toMatch(`counts begin anew: it was saved`)
    expect(warnings[0]?.message).toContain(reason)
    clock.advance(1000)
    await settle()
    expect(storage.keys('state/logs/p')).toEqual([])
    expect(storage.text('headers', 'state/logs/p')).toContain(
      'fingerprint' in options ? 'another window' : 'counting',
    )
    await pipeline.stop()
  })

  it('is not taken back when that fails, and the pipelines run', async () => {
    const [receiver, exporter] = [fakeReceiver(), fakeExporter()]
    const failing = () => ({
      ...counting(),
      restore() {
        throw new Error('cut short')
      },
    })
    const { parts } = stored(simple(receiver, exporter, { p: failing }), await killed())
    const { pipeline, log } = await run(parts)
    expect(log.lines.find(({ level }) => level === 'warn')?.message).toContain('cut short')
    await send(receiver, '3', 'x')
    await pipeline.stop()
    expect(exporter.bodies).toContain('x 1')
  })

  it('of one that cannot save it is not kept beside newer positions, and the others go on', async () => {
    const receiver = fakeReceiver()
    let fails = false
    const breaking = counting()
    const own = breaking.snapshot
    breaking.snapshot = () => {
      const snapshot = own?.call(breaking)
      if (snapshot === undefined) throw new Error('no snapshot')
      return {
        header: snapshot.header,
        entries: (function* () {
          yield* snapshot.entries
          if (fails) throw new Error('cannot pack')
        })(),
      }
    }
    const { storage, parts } = stored(
      simple(receiver, fakeExporter(), { good: counting(), breaking: () => breaking }),
    )
    const { pipeline, clock, log } = await run(parts)
    await send(receiver, '1', 'x')
    clock.advance(1000)
    await settle()
    fails = true
    await send(receiver, '2', 'x')
    clock.advance(1000)
    await settle()
    expect(storage.keys('headers')).toEqual(['state/logs/good'])
    expect(receiver.safe.at(-1)).toBe('fake:a 2')
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
    await pipeline.stop()
    const again = fakeReceiver()
    const next = await run(
      stored(simple(again, fakeExporter(), { good: counting(), breaking: counting() }), storage.crash())
        .parts,
    )
    expect(next.log.lines.find(({ level }) => level === 'warn')?.fields).toMatchObject({
      component: 'breaking',
    })
    await next.pipeline.stop()
  })

  it('of a component that is not in the configuration stays, with one warning', async () => {
    const receiver = fakeReceiver()
    const { storage, parts } = stored(simple(receiver, fakeExporter()), await killed())
    const { pipeline, clock, log } = await run(parts)
    clock.advance(1000)
    await settle()
    const warnings = log.lines.filter(({ level }) => level === 'warn')
    expect(warnings.map(({ fields }) => fields.spaces)).toEqual([['state/logs/p']])
    expect(storage.text('state/logs/p', 'x')).toBe('2')
    await pipeline.stop()
  })

  it('is that of the cut though the stream goes on while it is written', async () => {
    const receiver = fakeReceiver()
    const processor = counting()
    const { storage, parts } = stored(simple(receiver, fakeExporter(), { p: processor }))
    const { pipeline, clock } = await run(parts)
    await send(receiver, '1', 'x')
    storage.hold()
    clock.advance(1000)
    await settle()
    await send(receiver, '2', 'x', 'y')
    storage.release()
    await settle()
    expect(storage.text('positions/in', SOURCE.id)).toBe('1')
    expect(storage.text('state/logs/p', 'x')).toBe('1')
    expect(storage.keys('state/logs/p')).toEqual(['x'])
    await pipeline.stop()
    expect(storage.text('state/logs/p', 'x')).toBe('2')
  })

  it('is saved after the end of the input, with what the flush has left', async () => {
    const receiver = fakeReceiver()
    let flushed = 0
    const processor = {
      ...pass(),
      flush: () => {
        flushed++
        return []
      },
      snapshot: () => ({ header: { version: 1, fingerprint: 'f', data: Buffer.of(flushed) }, entries: [] }),
      restore() {},
    }
    const { storage, parts } = stored(simple(receiver, fakeExporter(), { p: processor }))
    const { pipeline } = await run(parts)
    await send(receiver, '1', 'x')
    receiver.end()
    await pipeline.done
    expect(JSON.parse(storage.text('headers', 'state/logs/p') ?? '')).toMatchObject({ data: 'AQ==' })
    expect(storage.text('positions/in', SOURCE.id)).toBe('1')
  })
})

describe('a source that was open at a crash', () => {
  it('and is not there any more is closed, so that it holds nothing back', async () => {
    const first = fakeReceiver()
    const { storage, parts } = stored(simple(first, fakeExporter()))
    const { clock } = await run(parts)
    await send(first, '1', 'x')
    await first.send(['y'], { id: 'fake:b', finite: true }, '1')
    await first.send(['z'], { id: 'fake:endless', finite: false }, '1')
    clock.advance(1000)
    await settle()
    const closed: string[] = []
    const receiver = fakeReceiver({
      start: () => receiver.host.sourceOpened(SOURCE),
    })
    const watching = pass({
      sourceClosed: (source, reason) => {
        closed.push(`${source.id} ${reason}`)
        return []
      },
    })
    const next = await run(stored(simple(receiver, fakeExporter(), { watching }), storage.crash()).parts)
    expect(closed).toEqual(['fake:b ended'])
    await next.pipeline.stop()
  })
})
