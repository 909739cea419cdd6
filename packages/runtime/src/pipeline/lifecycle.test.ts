import { LacunaError, type LogRecord, RetryableError } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import {
  batchOf,
  build,
  fakeExporter,
  fakeReceiver,
  type Parts,
  pass,
  run,
  settle,
  simple,
  stateOf,
  telling,
} from './fakes.fixture.ts'

const batchFrom = (body: string) => batchOf([body]).records

function tellingParts(events: string[], more: Partial<Parts> = {}): Parts {
  const receiver = fakeReceiver()
  return {
    receivers: {
      in: (host) => ({ ...receiver.make(host), ...telling(events, 'in') }),
    },
    processors: { p: () => ({ ...pass(), ...telling(events, 'p') }) },
    exporters: { out: () => ({ export() {}, ...telling(events, 'out') }) },
    extensions: { ext: () => telling(events, 'ext') },
    pipelines: { logs: { receivers: ['in'], processors: ['p'], exporters: ['out'] } },
    ...more,
  }
}

describe('starting', () => {
  it('starts extensions, exporters, processors, and receivers last; stops in reverse', async () => {
    const events: string[] = []
    const { pipeline } = await run(tellingParts(events))
    await pipeline.stop()
    await pipeline.done
    expect(events).toEqual([
      'start ext',
      'start out',
      'start p',
      'start in',
      'stop in',
      'stop p',
      'stop out',
      'stop ext',
    ])
  })

  it('stops what was started when something fails, and says whose fault it is', async () => {
    const events: string[] = []
    const { pipeline } = await build(
      tellingParts(events, {
        processors: {
          p: () => ({
            ...pass(),
            ...telling(events, 'p'),
            start() {
              throw new Error('no memory')
            },
          }),
        },
      }),
    )
    const error = await pipeline.start().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(LacunaError)
    expect(error).toMatchObject({ message: 'p: no memory', component: 'p' })
    expect(events).toEqual(['start ext', 'start out', 'stop in', 'stop p', 'stop out', 'stop ext'])
    await expect(pipeline.done).rejects.toBe(error)
  })

  it('keeps the code of an error that has one, and puts no id in front twice', async () => {
    const broken = (error: Error) =>
      build(simple(fakeReceiver({ start: () => Promise.reject(error) }), fakeExporter()))
    const own = await broken(new LacunaError('no_input', 'no file', { component: 'in' }))
    await expect(own.pipeline.start()).rejects.toMatchObject({ message: 'in: no file', code: 'no_input' })
    const bare = await broken(new LacunaError('no_input', 'no file'))
    await expect(bare.pipeline.start()).rejects.toMatchObject({ message: 'in: no file', code: 'no_input' })
  })

  it('refuses to build when a component cannot be made, and stops those that were', async () => {
    const events: string[] = []
    const parts = tellingParts(events, {
      receivers: {
        in: () => {
          throw new Error('no such thing')
        },
      },
    })
    await expect(build(parts)).rejects.toMatchObject({ message: 'in: no such thing', component: 'in' })
    expect(events).toEqual(['stop p', 'stop out', 'stop ext'])
  })

  it('gives the same start to all who ask, and starts nothing twice', async () => {
    const events: string[] = []
    const { pipeline } = await build(tellingParts(events))
    await Promise.all([pipeline.start(), pipeline.start()])
    expect(events.filter((event) => event === 'start in')).toHaveLength(1)
    await pipeline.stop()
  })
})

describe('an input that ends by itself', () => {
  it('closes its sources, flushes in order through the processors behind, and resolves done', async () => {
    const events: string[] = []
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const holding = (name: string) =>
      pass({
        process(batch) {
          events.push(`${name} gets ${batch.records.map((record) => record.body)} of ${batch.source.id}`)
          return batch.records
        },
        sourceClosed: (source, reason) => {
          events.push(`${name} closed ${source.id} ${reason}`)
          return []
        },
        flush: () => {
          events.push(`${name} flush`)
          return batchFrom(`flushed ${name}`)
        },
      })
    const { pipeline } = await run(simple(receiver, exporter, { a: holding('a'), b: holding('b') }))
    await receiver.send(['x'])
    receiver.end()
    await pipeline.done
    expect(events).toEqual([
      'a gets x of fake:a',
      'b gets x of fake:a',
      'a closed fake:a ended',
      'b closed fake:a ended',
      'a flush',
      'b gets flushed a of processor:logs/a',
      'b closed processor:logs/a ended',
      'b flush',
    ])
    expect(exporter.bodies).toEqual(['x', 'flushed a', 'flushed b'])
    expect(receiver.stopped).toBe(true)
    expect(pipeline.counters().ended).not.toBeNull()
  })

  it('waits for every receiver of a pipeline before it flushes', async () => {
    const [one, two] = [fakeReceiver(), fakeReceiver()]
    const exporter = fakeExporter()
    const parts = simple(one, exporter, { p: pass({ flush: () => batchFrom('flushed') }) })
    parts.receivers.two = two.make
    parts.pipelines.logs?.receivers.push('two')
    const { pipeline } = await run(parts)
    one.end()
    await settle()
    expect(exporter.bodies).toEqual([])
    await two.send(['late'])
    two.end()
    await pipeline.done
    expect(exporter.bodies).toEqual(['late', 'flushed'])
  })

  it('ends one pipeline while another runs on', async () => {
    const [one, two] = [fakeReceiver(), fakeReceiver()]
    const exporter = fakeExporter()
    const { pipeline } = await run({
      receivers: { one: one.make, two: two.make },
      processors: { p: () => pass({ flush: () => batchFrom('flushed') }) },
      exporters: { out: exporter.make },
      pipelines: {
        first: { receivers: ['one'], processors: ['p'], exporters: ['out'] },
        second: { receivers: ['two'], processors: ['p'], exporters: ['out'] },
      },
    })
    one.end()
    await settle()
    expect(exporter.bodies).toEqual(['flushed'])
    expect(await stateOf(pipeline.done)).toBe('waiting')
    await two.send(['more'])
    await pipeline.stop()
    expect(exporter.bodies).toEqual(['flushed', 'more'])
  })

  it('drains without a deadline', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const { pipeline, clock } = await run(simple(receiver, exporter))
    exporter.hold()
    await receiver.send(['a', 'b'])
    receiver.end()
    clock.advance(24 * 3_600_000)
    expect(await stateOf(pipeline.done)).toBe('waiting')
    exporter.release()
    await pipeline.done
    expect(exporter.bodies).toEqual(['a', 'b'])
  })

  it('takes no more from a receiver that has ended', async () => {
    const receiver = fakeReceiver()
    const { pipeline } = await run(simple(receiver, fakeExporter()))
    receiver.end()
    await pipeline.done
    await expect(receiver.send(['a'])).rejects.toBeInstanceOf(RetryableError)
  })
})

describe('a stop', () => {
  it('neither closes sources nor flushes, and delivers what was handed on', async () => {
    const events: string[] = []
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const told = pass({
      flush: () => {
        events.push('flush')
        return []
      },
      sourceClosed: () => {
        events.push('closed')
        return []
      },
    })
    const { pipeline } = await run(simple(receiver, exporter, { told }))
    exporter.hold()
    await receiver.send(['a'])
    await receiver.send(['b'])
    const stopped = pipeline.stop()
    expect(await stateOf(stopped)).toBe('waiting')
    exporter.release()
    await stopped
    await pipeline.done
    expect(exporter.bodies).toEqual(['a', 'b'])
    expect(events).toEqual([])
  })

  it('lets an asynchronous processor finish what it has', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const gate = Promise.withResolvers<void>()
    const slow = pass({ process: (batch) => gate.promise.then(() => batch.records) })
    const { pipeline } = await run(simple(receiver, exporter, { slow }))
    const sent = receiver.send(['a'])
    const stopped = pipeline.stop()
    expect(await stateOf(stopped)).toBe('waiting')
    gate.resolve()
    await Promise.all([sent, stopped])
    expect(exporter.bodies).toEqual(['a'])
  })

  it('loses no count, at whatever step its deadline comes', async () => {
    for (let steps = 0; steps < 12; steps++) {
      const receiver = fakeReceiver()
      const gate = Promise.withResolvers<void>()
      const slow = pass({ process: (batch) => gate.promise.then(() => batch.records) })
      const { pipeline, count } = await run(simple(receiver, fakeExporter(), { slow, next: pass() }))
      void receiver.send(['a', 'b']).catch(() => {})
      gate.resolve()
      for (let step = 0; step < steps; step++) await undefined
      await pipeline.stop({ deadline: 0 })
      await settle()
      const [first, second, out] = ['slow', 'next', 'out'].map((id) => count(id))
      expect([first?.in, second?.in, out?.in]).toEqual([2, first?.out, second?.out])
      for (const each of [first, second, out]) {
        expect(each?.in).toBe((each?.out ?? 0) + (each?.dropped.deadline ?? 0))
      }
    }
  })

  it('is not taken for the end of the input when the receiver says so after it', async () => {
    let flushed = false
    const receiver = fakeReceiver({ stop: () => receiver.end() })
    const told = pass({
      flush: () => {
        flushed = true
        return []
      },
    })
    const { pipeline } = await run(simple(receiver, fakeExporter(), { told }))
    await pipeline.stop()
    expect(flushed).toBe(false)
  })

  it('counts what is not delivered at its deadline, and resolves', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter({ stop: () => new Promise(() => {}) })
    const { pipeline, clock, count } = await run(simple(receiver, exporter))
    exporter.hold()
    await receiver.send(['a'])
    await receiver.send(['b', 'c'])
    const stopped = pipeline.stop()
    clock.advance(29_999)
    expect(await stateOf(stopped)).toBe('waiting')
    clock.advance(1)
    await stopped
    await pipeline.done
    expect(count('out')).toMatchObject({ in: 3, out: 0, dropped: { deadline: 3 } })
    exporter.release()
    await settle()
    expect(count('out')).toMatchObject({ in: 3, out: 0, dropped: { deadline: 3 } })
  })

  it('counts at its deadline what an asynchronous processor has, and what waits behind it', async () => {
    const [one, two] = [fakeReceiver(), fakeReceiver()]
    const exporter = fakeExporter()
    const stuck = Promise.withResolvers<LogRecord[]>()
    const parts = simple(one, exporter, { slow: { process: () => stuck.promise } })
    parts.receivers.two = two.make
    parts.pipelines.logs?.receivers.push('two')
    const { pipeline, clock, count } = await run(parts)
    const sent = [one.send(['a', 'b']), two.send(['c'])].map((each) => each.catch((error: unknown) => error))
    const stopped = pipeline.stop({ deadline: 500 })
    clock.advance(500)
    await stopped
    for (const answer of await Promise.all(sent)) expect(answer).toBeInstanceOf(RetryableError)
    expect(count('slow')).toMatchObject({ in: 3, out: 0, dropped: { deadline: 3 } })
    stuck.resolve(batchFrom('too late'))
    await settle()
    expect(count('slow')).toMatchObject({ in: 3, out: 0, dropped: { deadline: 3 } })
  })

  it('ends at once when a second one says so', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const { pipeline, count } = await run(simple(receiver, exporter))
    exporter.hold()
    await receiver.send(['a'])
    const first = pipeline.stop()
    await pipeline.stop({ deadline: 0 })
    await first
    expect(count('out').dropped).toEqual({ deadline: 1 })
  })

  it('does not wait for a receiver that will not stop, beyond the deadline', async () => {
    const receiver = fakeReceiver({ stop: () => new Promise(() => {}) })
    const { pipeline, clock } = await run(simple(receiver, fakeExporter()))
    const stopped = pipeline.stop({ deadline: 100 })
    clock.advance(100)
    await stopped
  })

  it('is fine twice, before a start, and after the end', async () => {
    const events: string[] = []
    const { pipeline } = await build(tellingParts(events))
    await Promise.all([pipeline.stop(), pipeline.stop()])
    await pipeline.stop()
    await pipeline.done
    expect(events).toEqual(['stop in', 'stop p', 'stop out', 'stop ext'])
    await expect(pipeline.start()).rejects.toMatchObject({ code: 'stopped' })
  })

  it('during a start starts nothing more', async () => {
    const events: string[] = []
    const gate = Promise.withResolvers<void>()
    const { pipeline } = await build(
      tellingParts(events, {
        extensions: { ext: () => ({ ...telling(events, 'ext'), start: () => gate.promise }) },
      }),
    )
    const started = pipeline.start()
    await settle()
    const stopped = pipeline.stop()
    // What is starting is not pulled away from under itself.
    await settle()
    expect(events).toEqual(['stop in'])
    gate.resolve()
    await started
    await stopped
    expect(events).toEqual(['stop in', 'stop p', 'stop out', 'stop ext'])
  })

  it('during the start of one receiver starts no other', async () => {
    const gate = Promise.withResolvers<void>()
    let second = false
    const parts = simple(fakeReceiver({ start: () => gate.promise }), fakeExporter())
    parts.receivers.two = () => ({
      start() {
        second = true
      },
      stop() {},
    })
    parts.pipelines.logs?.receivers.push('two')
    const { pipeline } = await build(parts)
    const started = pipeline.start()
    await settle()
    const stopped = pipeline.stop()
    gate.resolve()
    await Promise.all([started, stopped])
    expect(second).toBe(false)
  })

  it('comes from the signal, too, be it aborted later or already', async () => {
    const controller = new AbortController()
    const receiver = fakeReceiver()
    const { pipeline } = await run(simple(receiver, fakeExporter()), { signal: controller.signal })
    controller.abort()
    await pipeline.done
    expect(receiver.stopped).toBe(true)

    const early = await build(simple(fakeReceiver(), fakeExporter()), { signal: AbortSignal.abort() })
    await early.pipeline.start()
    await early.pipeline.done
  })

  it('goes on when a component fails to stop, and says so', async () => {
    const receiver = fakeReceiver({ stop: () => Promise.reject(new Error('stuck')) })
    const events: string[] = []
    const parts = simple(receiver, fakeExporter({ ...telling(events, 'out') }))
    const { pipeline, log } = await run(parts)
    await pipeline.stop()
    await pipeline.done
    expect(events).toEqual(['start out', 'stop out'])
    expect(log.lines).toContainEqual({
      level: 'error',
      fields: { component: 'in', error: 'stuck' },
      message: 'stopping failed: stuck',
    })
  })
})
