import { type LogRecord, PermanentError } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import {
  batchOf,
  fakeExporter,
  fakeReceiver,
  pass,
  run,
  SOURCE,
  settle,
  simple,
  stateOf,
} from './fakes.fixture.ts'

const OTHER = { id: 'fake:b', finite: false }

describe('a position is safe', () => {
  it('once all that came of its batch has been delivered by every pipeline', async () => {
    const receiver = fakeReceiver()
    const [one, two] = [fakeExporter(), fakeExporter()]
    const { pipeline } = await run({
      receivers: { in: receiver.make },
      exporters: { one: one.make, two: two.make },
      pipelines: {
        a: { receivers: ['in'], exporters: ['one'] },
        b: { receivers: ['in'], exporters: ['two'] },
      },
    })
    one.hold()
    two.hold()
    await receiver.send(['x'], SOURCE, '1')
    one.release()
    await settle()
    expect(receiver.safe).toEqual([])
    two.release()
    await settle()
    expect(receiver.safe).toEqual(['fake:a 1'])
    await pipeline.stop()
  })

  it('also when the batch had to wait to be accepted', async () => {
    const receiver = fakeReceiver()
    const slow = pass({ process: async (batch) => batch.records })
    const { pipeline } = await run(simple(receiver, fakeExporter(), { slow }))
    await receiver.send(['x'], SOURCE, '1')
    await settle()
    expect(receiver.safe).toEqual(['fake:a 1'])
    await pipeline.stop()
  })

  it('also when nothing came of the batch itself, and of those of one source that wait only the last is told', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const some = pass({ process: (batch) => batch.records.filter((record) => record.body !== 'nothing') })
    const { pipeline } = await run(simple(receiver, exporter, { some }))
    exporter.hold()
    await receiver.send(['x'], SOURCE, '1')
    await receiver.send(['nothing'], SOURCE, '2')
    await receiver.send(['nothing'], OTHER, '9')
    await receiver.send([], SOURCE, '3')
    await settle()
    expect(receiver.safe).toEqual([])
    exporter.release()
    await settle()
    expect(receiver.safe).toEqual(['fake:a 3', 'fake:b 9'])
    await receiver.send(['nothing'], SOURCE, '4')
    expect(receiver.safe.at(-1)).toBe('fake:a 4')
    await pipeline.stop()
  })

  it('only after what time alone caused before it', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    let due: LogRecord[] = []
    const timed = pass({ process: () => [], tick: () => due.splice(0) })
    const { pipeline, clock } = await run(simple(receiver, exporter, { timed }))
    exporter.hold()
    due = batchOf(['closed window']).records
    clock.advance(1000)
    await receiver.send(['x'], SOURCE, '1')
    await settle()
    expect(receiver.safe).toEqual([])
    exporter.release()
    await settle()
    expect(receiver.safe).toEqual(['fake:a 1'])
    await pipeline.stop()
  })

  it('when its records were set aside for good, as reading them again would not help', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    exporter.errors.push(new PermanentError('no'))
    const { pipeline } = await run(simple(receiver, exporter))
    await receiver.send(['x'], SOURCE, '1')
    await settle()
    expect(receiver.safe).toEqual(['fake:a 1'])
    await pipeline.stop()
  })

  it('never when a deadline or a closed output cut it off, nor is what comes after', async () => {
    const receiver = fakeReceiver()
    const [closing, open] = [fakeExporter(), fakeExporter()]
    const { pipeline } = await run({
      receivers: { in: receiver.make },
      exporters: { closing: closing.make, open: open.make },
      pipelines: { logs: { receivers: ['in'], exporters: ['closing', 'open'] } },
    })
    closing.hold()
    await receiver.send(['x'], SOURCE, '1')
    closing.close()
    await settle()
    await receiver.send(['y'], SOURCE, '2')
    await settle()
    open.hold()
    await receiver.send(['z'], SOURCE, '3')
    await pipeline.stop({ deadline: 0 })
    open.release()
    await settle()
    expect(receiver.safe).toEqual([])
  })

  it('also while the pipelines drain', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const { pipeline } = await run(simple(receiver, exporter))
    exporter.hold()
    await receiver.send(['x'], SOURCE, '1')
    const stopped = pipeline.stop()
    await settle()
    exporter.release()
    await stopped
    expect(receiver.safe).toEqual(['fake:a 1'])
  })

  it('only where there is a position', async () => {
    const receiver = fakeReceiver()
    const { pipeline } = await run(simple(receiver, fakeExporter()))
    await receiver.send(['x'])
    await pipeline.stop()
    expect(receiver.safe).toEqual([])
  })

  it('and a receiver that cannot take the word ends nothing', async () => {
    const receiver = fakeReceiver({
      safe() {
        throw new Error('not connected')
      },
    })
    const exporter = fakeExporter()
    const { pipeline, log } = await run(simple(receiver, exporter))
    await receiver.send(['x'], SOURCE, '1')
    await receiver.send(['y'], SOURCE, '2')
    receiver.end()
    await pipeline.done
    expect(exporter.bodies).toEqual(['x', 'y'])
    expect(log.lines[0]?.message).toContain('not connected')
  })
})

describe('the close of a receiver', () => {
  const closing = (events: string[], close = async () => {}) =>
    fakeReceiver({
      stop: () => void events.push('stop'),
      safe: (_, position) => void events.push(`safe ${position}`),
      close: () => {
        events.push('close')
        return close()
      },
    })

  it('comes when it has heard of all that was delivered, and before extensions stop', async () => {
    const events: string[] = []
    const [receiver, exporter] = [closing(events), fakeExporter()]
    const { pipeline } = await run({
      ...simple(receiver, exporter),
      extensions: { ext: () => ({ stop: () => void events.push('stop ext') }) },
    })
    exporter.hold()
    await receiver.send(['x'], SOURCE, '1')
    const stopping = pipeline.stop()
    await settle()
    expect(events).toEqual(['stop'])
    exporter.release()
    await stopping
    await pipeline.stop()
    expect(events).toEqual(['stop', 'safe 1', 'close', 'stop ext'])
  })

  it('is waited for no longer than the deadline', async () => {
    const events: string[] = []
    const { pipeline, clock } = await run(
      simple(
        closing(events, () => new Promise(() => {})),
        fakeExporter(),
      ),
    )
    const stopping = pipeline.stop({ deadline: 1000 })
    await settle()
    expect(await stateOf(stopping)).toBe('waiting')
    clock.advance(1000)
    await stopping
    expect(events).toEqual(['stop', 'close'])
  })

  it('comes when nothing is left to read for, though others go on', async () => {
    const events: string[] = []
    const [receiver, other, exporter] = [closing(events), fakeReceiver(), fakeExporter()]
    const { pipeline } = await run({
      receivers: { in: receiver.make, other: other.make },
      exporters: { out: exporter.make, more: fakeExporter().make },
      pipelines: {
        a: { receivers: ['in'], exporters: ['out'] },
        b: { receivers: ['other'], exporters: ['more'] },
      },
    })
    exporter.close()
    await settle()
    expect(events).toEqual(['stop', 'close'])
    await pipeline.stop()
    expect(events).toEqual(['stop', 'close'])
  })
})
