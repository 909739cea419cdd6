import { type Host, LogRecord, PartialError, PermanentError, type Processor } from '@lacuna/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeExporter, fakeReceiver, type Parts, run } from './fakes.fixture.ts'

/** What a processor does with one batch, or an exporter with one list. */
type Step = 'pass' | 'drop' | 'consume' | 'create' | 'throw' | 'half' | 'hold'
const step = fc.constantFrom<Step>('pass', 'drop', 'consume', 'create', 'throw', 'half', 'hold')

/** A processor that follows a list of steps over and over and accounts for all it does. */
function follow(steps: readonly Step[], asynchronous: boolean): (host: Host) => Processor {
  return ({ ledger }) => {
    let turn = 0
    let held: LogRecord[] = []
    const act = (records: LogRecord[]): LogRecord[] => {
      switch (steps[turn++ % steps.length]) {
        case 'drop':
          ledger.dropped('unwanted', records.length)
          return []
        case 'consume':
          ledger.consumed(records.length)
          return []
        case 'create':
          ledger.created(2)
          return [...records, new LogRecord({ body: 'new' }), new LogRecord({ body: 'new' })]
        case 'throw':
          throw new Error('no')
        case 'half':
          ledger.consumed(Math.floor(records.length / 2))
          return records.slice(Math.floor(records.length / 2))
        case 'hold':
          held.push(...records)
          return []
        default:
          return records
      }
    }
    const release = () => {
      const released = held
      held = []
      return released
    }
    return {
      process: (batch) =>
        asynchronous ? Promise.resolve().then(() => act(batch.records)) : act(batch.records),
      tick: () => {
        ledger.created(1)
        return [new LogRecord({ body: 'tick' }), ...release()]
      },
      flush: release,
    }
  }
}

const plan = fc.record({
  lines: fc.array(
    fc.record({
      receivers: fc.uniqueArray(fc.nat(1), { minLength: 1 }),
      exporters: fc.uniqueArray(fc.nat(1), { minLength: 1 }),
      processors: fc.array(
        fc.record({ steps: fc.array(step, { minLength: 1 }), asynchronous: fc.boolean() }),
        {
          maxLength: 3,
        },
      ),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  batches: fc.array(fc.record({ receiver: fc.nat(1), size: fc.nat(5), tick: fc.boolean() }), {
    maxLength: 12,
  }),
  errors: fc.array(fc.constantFrom('permanent', 'partial', 'none'), { maxLength: 6 }),
  end: fc.constantFrom('ended', 'stopped', 'cut off'),
})

describe('the ledger', () => {
  it('balances for every component, whatever the processors and exporters do', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ lines, batches, errors, end }) => {
        const receivers = [fakeReceiver(), fakeReceiver()]
        const exporters = [fakeExporter(), fakeExporter()]
        for (const kind of errors) {
          if (kind === 'permanent') exporters[0]?.errors.push(new PermanentError('no'))
          if (kind === 'partial') exporters[1]?.errors.push(new PartialError('one', [0]))
        }
        const parts: Parts = { receivers: {}, processors: {}, exporters: {}, pipelines: {} }
        for (const [index, line] of lines.entries()) {
          const processors = line.processors.map((processor, place) => {
            const id = `p${index}/${place}`
            if (parts.processors) parts.processors[id] = follow(processor.steps, processor.asynchronous)
            return id
          })
          for (const each of line.receivers) parts.receivers[`r${each}`] = receivers[each]?.make as never
          for (const each of line.exporters) parts.exporters[`e${each}`] = exporters[each]?.make as never
          parts.pipelines[`l${index}`] = {
            receivers: line.receivers.map((each) => `r${each}`),
            processors,
            exporters: line.exporters.map((each) => `e${each}`),
          }
        }
        const { pipeline, clock } = await run(parts)
        if (end === 'cut off') for (const exporter of exporters) exporter.hold()
        for (const [index, { receiver, size, tick }] of batches.entries()) {
          if (!(`r${receiver}` in parts.receivers)) continue
          await receivers[receiver]?.send(Array.from({ length: size }, (_, at) => `${index}.${at}`))
          if (tick) clock.advance(1000)
        }
        if (end === 'ended') {
          for (const [index, receiver] of receivers.entries())
            if (`r${index}` in parts.receivers) receiver.end()
          await pipeline.done
        } else await pipeline.stop(end === 'cut off' ? { deadline: 0 } : {})

        const { components } = pipeline.counters()
        for (const each of components) {
          const dropped = Object.values(each.dropped).reduce((sum, count) => sum + count, 0)
          expect(each.in + each.created, JSON.stringify(each)).toBe(each.out + each.consumed + dropped)
          // Honest components leave nothing to make up, unless they were stopped with records in hand.
          if (end === 'ended') expect(each.dropped.unaccounted).toBeUndefined()
        }
        // Nothing is lost between one component and the next.
        const found = (id: string) => components.find((each) => each.id === id) ?? { in: 0, out: 0 }
        const reached = [0, 0]
        for (const [index, line] of lines.entries()) {
          let out = line.receivers.reduce((sum, each) => sum + found(`r${each}`).out, 0)
          for (const place of line.processors.keys()) {
            const next = found(`p${index}/${place}`)
            expect(next.in).toBe(out)
            out = next.out
          }
          for (const each of line.exporters) reached[each] = (reached[each] ?? 0) + out
        }
        expect([found('e0').in, found('e1').in]).toEqual(reached)
      }),
      { numRuns: 150 },
    )
  })

  it('is plain JSON, in a stable order', async () => {
    const receiver = fakeReceiver()
    const { pipeline } = await run({
      receivers: { in: receiver.make },
      processors: {
        p: ({ ledger }) => ({
          process(batch) {
            ledger.dropped('z', 1)
            ledger.dropped('a', 1)
            ledger.noted('late', 2)
            return batch.records.slice(2)
          },
        }),
      },
      exporters: { out: fakeExporter().make },
      extensions: { ext: () => ({}) },
      pipelines: { logs: { receivers: ['in'], processors: ['p'], exporters: ['out'] } },
    })
    expect(pipeline.counters().ended).toBeNull()
    receiver.host.ledger.dropped('too_long', 1)
    await receiver.send(['a', 'b', 'c'])
    await pipeline.stop()
    const empty = { in: 0, created: 0, out: 0, consumed: 0, dropped: {}, noted: {} }
    const { components, ...times } = pipeline.counters()
    expect(times).toEqual({
      started: '2026-01-01T00:00:00.000000000Z',
      ended: '2026-01-01T00:00:00.000000000Z',
    })
    expect(JSON.parse(JSON.stringify(components))).toEqual([
      { ...empty, kind: 'receiver', id: 'in', in: 4, out: 3, dropped: { too_long: 1 } },
      {
        ...empty,
        kind: 'processor',
        id: 'p',
        pipeline: 'logs',
        in: 3,
        out: 1,
        dropped: { a: 1, z: 1 },
        noted: { late: 2 },
      },
      { ...empty, kind: 'exporter', id: 'out', in: 1, out: 1 },
      { ...empty, kind: 'extension', id: 'ext' },
    ])
    expect(Object.keys(components[1]?.dropped ?? {})).toEqual(['a', 'z'])
  })

  it('keeps a bounded number of reasons, whatever a component makes them of', async () => {
    const receiver = fakeReceiver()
    const { pipeline, count } = await run({
      receivers: { in: receiver.make },
      exporters: { out: fakeExporter().make },
      pipelines: { logs: { receivers: ['in'], exporters: ['out'] } },
    })
    for (let index = 0; index < 1000; index++) receiver.host.ledger.dropped(`reason ${index}`, 1)
    receiver.host.ledger.dropped('nonsense', Number.NaN)
    receiver.host.ledger.dropped('nonsense', -5)
    await pipeline.stop()
    expect(Object.keys(count('in').dropped)).toHaveLength(101)
    expect(count('in').dropped.other).toBe(900)
    expect(count('in').in).toBe(1000)
  })
})
