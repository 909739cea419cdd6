import { describe, expect, it } from 'vitest'
import { fakeExporter, fakeReceiver, pass, run, simple } from './fakes.fixture.ts'

describe('the line a minute', () => {
  it('says what the minute brought, and how the detectors stand', async () => {
    const receiver = fakeReceiver()
    const { pipeline, clock, log } = await run(
      simple(receiver, fakeExporter(), {
        one: ({ ledger }) =>
          pass({
            process(batch) {
              ledger.dropped('bad_type', 1)
              ledger.noted('late', 2)
              return batch.records.slice(1)
            },
            gauges: () => ({ open_episodes: 3, watermark_lag_ms: 100 }),
          }),
        two: pass({ gauges: () => ({ open_episodes: 1, watermark_lag_ms: 4000, other: 9 }) }),
        broken: pass({
          gauges: () => {
            throw new Error('no')
          },
        }),
      }),
    )
    await receiver.send(['a', 'b', 'c'])
    receiver.host.ledger.dropped('too_long', 1)
    expect(log.lines).toEqual([])
    clock.advance(60_000)
    expect(log.lines).toEqual([
      {
        level: 'info',
        fields: {
          pipeline: 'logs',
          in: 3,
          out: 2,
          dropped: { bad_type: 1, too_long: 1 },
          late: 2,
          open_episodes: 4,
          watermark_lag_ms: 4000,
        },
        message: '3 records in and 2 out in the last minute',
      },
    ])
    clock.advance(60_000)
    expect(log.lines[1]?.fields).toMatchObject({ in: 0, out: 0, dropped: {}, late: 0, open_episodes: 4 })
    await pipeline.stop()
    clock.advance(600_000)
    expect(log.lines).toHaveLength(2)
  })

  it('comes for every pipeline, and leaves out what no processor measures', async () => {
    const receiver = fakeReceiver()
    const { pipeline, clock, log } = await run({
      receivers: { in: receiver.make },
      exporters: { out: fakeExporter().make },
      pipelines: {
        a: { receivers: ['in'], exporters: ['out'] },
        b: { receivers: ['in'], exporters: ['out'] },
      },
    })
    clock.advance(60_000)
    expect(log.lines.map((line) => line.fields)).toEqual(
      ['a', 'b'].map((id) => ({ pipeline: id, in: 0, out: 0, dropped: {}, late: 0 })),
    )
    await pipeline.stop()
  })
})
