import { defineExporter, defineExtension, defineReceiver, LacunaError } from '@lacuna/sdk'
import { manualClock } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createPipeline } from './create-pipeline.ts'
import { build, fakeExporter, fakeReceiver, run, settle } from './fakes.fixture.ts'
import { states, watchedParts, watcher } from './status.fixture.ts'

describe('the status that an extension sees', () => {
  it('goes from starting to running when the last receiver has started, and to stopping when the stop begins', async () => {
    const gate = Promise.withResolvers<void>()
    const exporter = fakeExporter()
    exporter.hold()
    const receiver = fakeReceiver({ start: () => gate.promise })
    const watch = watcher()
    const { pipeline, clock } = await build(watchedParts(receiver, exporter, watch))
    expect(watch.atMaking).toMatchObject({ phase: 'starting', receivers: [], exporters: [], pipelines: [] })
    expect([watch.now.phase, ...states(watch.now)]).toEqual(['starting', 'starting', 'starting', 'starting'])

    const starting = pipeline.start()
    await settle()
    clock.advance(2000)
    expect([watch.now.phase, ...states(watch.now)]).toEqual(['starting', 'starting', 'ok', 'starting'])
    gate.resolve()
    await starting
    expect([watch.now.phase, ...states(watch.now)]).toEqual(['running', 'ok', 'ok', 'ok'])
    expect(watch.now.since).toEqual(clock.now())
    expect(watch.receiver).toMatchObject({ cameUp: true, since: clock.now(), reason: undefined })

    await receiver.send([1, 2])
    clock.advance(1000)
    const stopping = pipeline.stop()
    await settle()
    expect([watch.now.phase, ...states(watch.now)]).toEqual(['stopping', 'ended', 'ok', 'ended'])
    expect(watch.now).toMatchObject({ since: clock.now(), reason: undefined })
    exporter.release()
    await stopping
  })

  it('is there before the first exporter starts, and until the last has stopped', async () => {
    const events: string[] = []
    const watch = watcher(events)
    const exporter = fakeExporter({
      start: () => void events.push('start exporter'),
      stop: () => void events.push('stop exporter'),
    })
    const { pipeline } = await run(watchedParts(fakeReceiver(), exporter, watch))
    await pipeline.stop()
    expect(events).toEqual(['start while starting', 'start exporter', 'stop exporter', 'stop while stopping'])
  })

  it('names who could not go on, and nothing of the error', async () => {
    const exporter = fakeExporter()
    exporter.hold()
    const receiver = fakeReceiver()
    const watch = watcher()
    const { pipeline } = await run(watchedParts(receiver, exporter, watch))
    await receiver.send([1])
    receiver.fail(new Error('https://user:secret@host'))
    await settle()
    expect(watch.now).toMatchObject({ phase: 'stopping', reason: 'in failed; the log says why' })
    exporter.release()
    await expect(pipeline.done).rejects.toBeInstanceOf(LacunaError)
  })

  it('knows the pipelines by their receivers and exporters', async () => {
    const [a, b] = [fakeReceiver(), fakeReceiver()]
    const [one, two] = [fakeExporter(), fakeExporter()]
    const watch = watcher()
    await run({
      receivers: { a: a.make, b: b.make },
      exporters: { one: one.make, two: two.make },
      extensions: { watch: watch.make },
      pipelines: {
        'logs/first': { receivers: ['a'], exporters: ['one', 'two'] },
        'logs/second': { receivers: ['b', 'a'], exporters: ['two'] },
      },
    })
    b.host.health('trouble', 'the broker is away')
    expect(watch.now.pipelines).toEqual([
      { id: 'logs/first', state: 'ok', receivers: ['a'], exporters: ['one', 'two'] },
      { id: 'logs/second', state: 'trouble', receivers: ['a', 'b'], exporters: ['two'] },
    ])
  })
})

describe('an extension of a configuration', () => {
  it('is loaded when service.extensions names it, configured, started and shown the status', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const watch = watcher()
    const seen: unknown[] = []
    const none = z.strictObject({})
    const description = 'A fake.'
    const clock = manualClock()
    const factory = defineExtension({
      type: 'watch',
      description,
      config: z.strictObject({ endpoint: z.string().default('here').describe('Where.') }),
      create(config, host) {
        seen.push(config)
        return watch.make(host)
      },
    })
    const components = {
      receivers: {
        in: defineReceiver({
          type: 'in',
          description,
          config: none,
          create: (_, host) => receiver.make(host),
        }),
      },
      exporters: {
        out: defineExporter({
          type: 'out',
          description,
          config: none,
          create: (_, host) => exporter.make(host),
        }),
      },
      extensions: {
        watch: async () => ({ default: factory }),
        unused: () => Promise.reject(new Error('it is loaded only when it is named')),
      },
    }
    const config = {
      receivers: { in: {} },
      exporters: { out: {} },
      extensions: { watch: null },
      service: { extensions: ['watch'], pipelines: { logs: { receivers: ['in'], exporters: ['out'] } } },
    }
    const pipeline = await createPipeline(config, { components, clock })
    await pipeline.start()
    expect(seen).toEqual([{ endpoint: 'here' }])
    expect(watch.now.phase).toBe('running')
    expect(watch.now.since).toEqual(clock.now())
    await pipeline.stop()

    const unknown = { ...config, service: { ...config.service, extensions: ['wotch'] } }
    await expect(createPipeline(unknown, { components })).rejects.toThrow(
      /the extension "wotch" is not defined/,
    )
  })

  it('that cannot start ends the start with its error, and nothing else has been started', async () => {
    const events: string[] = []
    const exporter = fakeExporter({ start: () => void events.push('start exporter') })
    const { pipeline } = await build(
      watchedParts(fakeReceiver({ start: () => void events.push('start receiver') }), exporter, watcher(), {
        extensions: {
          watch: () => ({
            start() {
              throw new LacunaError('cannot_listen', 'the port is taken', { component: 'watch' })
            },
          }),
        },
      }),
    )
    await expect(pipeline.start()).rejects.toThrow('watch: the port is taken')
    await expect(pipeline.done).rejects.toThrow('watch: the port is taken')
    expect(events).toEqual([])
  })
})
