import { LogRecord } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { fakeExporter, fakeReceiver, pass, run, settle, simple } from './fakes.fixture.ts'

describe('a processor that fails', () => {
  it('loses its batch, counted with a reason, and the pipeline goes on', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const picky = pass({
      process(batch) {
        if (batch.records[0]?.body === 'bad') throw new Error('cannot \u001b[31mbear\nthis')
        return batch.records
      },
    })
    const { pipeline, count, log } = await run(simple(receiver, exporter, { picky }))
    await receiver.send(['a'])
    await receiver.send(['bad', 'b'])
    await receiver.send(['c'])
    receiver.end()
    await pipeline.done
    expect(exporter.bodies).toEqual(['a', 'c'])
    expect(count('picky')).toMatchObject({ in: 4, out: 2, dropped: { processor_error: 2 } })
    expect(log.lines).toEqual([
      {
        level: 'error',
        fields: {
          component: 'picky',
          pipeline: 'logs',
          error: 'cannot \\u001b[31mbear\\u000athis',
          records: 2,
          times: 1,
        },
        message: 'the processor failed and its batch was dropped: cannot \\u001b[31mbear\\u000athis',
      },
    ])
  })

  it('may also reject, or give something that is no list', async () => {
    const receiver = fakeReceiver()
    const answers: unknown[] = [Promise.reject(new Error('later')), undefined, Promise.resolve('text')]
    const odd = pass({ process: () => answers.shift() as never })
    const { pipeline, count } = await run(simple(receiver, fakeExporter(), { odd }))
    for (let index = 0; index < 3; index++) await receiver.send(['a'])
    await pipeline.stop()
    expect(count('odd')).toMatchObject({ in: 3, out: 0, dropped: { processor_error: 3 } })
  })

  it('has only those records counted as lost whose fate it had not told', async () => {
    const receiver = fakeReceiver()
    const { pipeline, count } = await run(
      simple(receiver, fakeExporter(), {
        halfway: (host) =>
          pass({
            process() {
              host.ledger.consumed(1)
              host.ledger.dropped('bad_type', 1)
              throw new Error('the third')
            },
          }),
      }),
    )
    await receiver.send(['a', 'b', 'c'])
    await pipeline.stop()
    expect(count('halfway')).toMatchObject({
      in: 3,
      consumed: 1,
      dropped: { bad_type: 1, processor_error: 1 },
    })
  })

  it.each(['tick', 'flush', 'sourceClosed', 'sourceOpened'] as const)(
    'in %s is not the end',
    async (name) => {
      const receiver = fakeReceiver()
      const exporter = fakeExporter()
      const failing = pass({
        [name]: () => {
          throw new Error('no')
        },
      })
      const { pipeline, log } = await run(simple(receiver, exporter, { failing }))
      await receiver.send(['a'])
      receiver.end()
      await pipeline.done
      expect(exporter.bodies).toEqual(['a'])
      expect(log.lines).toHaveLength(1)
      expect(log.lines[0]?.message).toContain('no')
    },
  )

  it('says so once and then once a minute, whatever it says', async () => {
    const receiver = fakeReceiver()
    const failing = pass({
      process() {
        throw new Error('x'.repeat(100_000))
      },
    })
    const { pipeline, clock, log } = await run(simple(receiver, fakeExporter(), { failing }))
    for (let index = 0; index < 10; index++) await receiver.send(['a'])
    const errors = () => log.lines.filter((line) => line.level === 'error')
    expect(errors()).toHaveLength(1)
    clock.advance(60_000)
    expect(errors()).toHaveLength(2)
    expect(errors()[1]).toMatchObject({ fields: { times: 9 } })
    expect(errors()[1]?.message.length).toBeLessThan(500)
    await receiver.send(['a'])
    await pipeline.stop()
    // What was held back is told at the end.
    expect(errors()).toHaveLength(3)
  })
})

describe('an asynchronous processor', () => {
  it('has one batch at a time, and the order stays', async () => {
    const [one, two] = [fakeReceiver(), fakeReceiver()]
    const exporter = fakeExporter()
    const gates: PromiseWithResolvers<void>[] = []
    let underWay = 0
    let most = 0
    const slow = pass({
      async process(batch) {
        most = Math.max(most, ++underWay)
        const gate = Promise.withResolvers<void>()
        gates.push(gate)
        await gate.promise
        underWay--
        return batch.records
      },
    })
    const parts = simple(one, exporter, { slow })
    parts.receivers.two = two.make
    parts.pipelines.logs?.receivers.push('two')
    const { pipeline } = await run(parts)
    const other = { id: 'fake:b', finite: true }
    const sent = [one.send(['a']), two.send(['b'], other), one.send(['c'])]
    for (let index = 0; index < 3; index++) {
      await settle()
      gates[index]?.resolve()
    }
    await Promise.all(sent)
    await pipeline.stop()
    expect(most).toBe(1)
    expect(exporter.bodies).toEqual(['a', 'b', 'c'])
  })
})

describe('a batch on its way', () => {
  it('keeps source, position and replay, and stops where nothing is left of it', async () => {
    const receiver = fakeReceiver()
    const seen: unknown[] = []
    const drop = pass({ process: (batch) => batch.records.filter((record) => record.body !== 'no') })
    const look = pass({
      process(batch) {
        seen.push([batch.source.id, batch.position, batch.replay, batch.records.map((record) => record.body)])
        return batch.records
      },
    })
    const { pipeline } = await run(simple(receiver, fakeExporter(), { drop, look }))
    const source = { id: 'fake:a', finite: true }
    const records = [new LogRecord({ body: 'yes' }), new LogRecord({ body: 'no' })]
    await receiver.host.consume({ source, records, position: '7', replay: true })
    await receiver.send(['no'])
    await pipeline.stop()
    expect(seen).toEqual([['fake:a', '7', true, ['yes']]])
  })

  it('that says no fate for a record is made up for at the end', async () => {
    const receiver = fakeReceiver()
    const { pipeline, count } = await run(
      simple(receiver, fakeExporter(), {
        silent: pass({ process: () => [] }),
        inventive: pass({ flush: () => [new LogRecord({ body: 'new' })] }),
      }),
    )
    await receiver.send(['a', 'b'])
    receiver.end()
    await pipeline.done
    expect(count('silent')).toMatchObject({ in: 2, out: 0, dropped: { unaccounted: 2 } })
    expect(count('inventive')).toMatchObject({ in: 0, out: 1, created: 1 })
  })
})
