import { type Batch, fromMillis, LogRecord } from '@lacuna/sdk'
import { processorConformance, testHost } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import officeHours from './index.ts'

const source = { id: 'test', finite: true }

function record(time: string | undefined, resource = 'chat'): LogRecord {
  const hrTime = time === undefined ? {} : { hrTime: fromMillis(Date.parse(time)) }
  return new LogRecord({ ...hrTime, attributes: { 'azure.resource.name': resource } })
}

/** What of the records is tagged, and what the ledger was told. */
function run(config: object, ...records: LogRecord[]) {
  const host = testHost()
  const processor = officeHours.create(officeHours.config.parse(config), host)
  const out = processor.process({ source, records }) as LogRecord[]
  return { tagged: out.map((each) => each.get('office_hours.outside') === true), notes: host.ledger.notes }
}

describe('office_hours', () => {
  it('tags what comes before the office opens, after it closes, and at the weekend', () => {
    const times = [
      '2026-09-14T06:59:59.999Z',
      '2026-09-14T07:00:00Z',
      '2026-09-14T18:59:59.999Z',
      '2026-09-14T19:00:00Z',
      '2026-09-12T12:00:00Z',
    ]
    const { tagged, notes } = run({}, ...times.map((time) => record(time)))
    expect(tagged).toEqual([true, false, false, true, true])
    expect(notes).toMatchObject({ outside: 3 })
  })

  it('knows the time zone, with its summer', () => {
    const config = { time_zone: 'Europe/Berlin' }
    expect(run(config, record('2026-07-14T05:30:00Z'), record('2026-12-14T05:30:00Z')).tagged).toEqual([
      false,
      true,
    ])
  })

  it('takes hours that go on past midnight, and open weekends', () => {
    const config = { from: '22:00', to: '06:00', weekends: true }
    const times = ['2026-09-12T23:00:00Z', '2026-09-12T05:00:00Z', '2026-09-12T12:00:00Z']
    expect(run(config, ...times.map((time) => record(time))).tagged).toEqual([false, false, true])
  })

  it('leaves records of other resources alone when told which', () => {
    const config = { only: { field: 'azure.resource.name', in: ['payroll'] } }
    const night = '2026-09-14T02:00:00Z'
    expect(run(config, record(night), record(night, 'payroll')).tagged).toEqual([false, true])
  })

  it('notes a record without a time, and does not guess', () => {
    const { tagged, notes } = run({}, record(undefined))
    expect(tagged).toEqual([false])
    expect(notes).toMatchObject({ no_time: 1 })
  })

  it.each([{ from: '7' }, { to: '24:00' }, { time_zone: 'Mars/Base' }, { tome_zone: 'UTC' }])(
    'refuses %j',
    (config) => {
      expect(officeHours.config.safeParse(config).success).toBe(false)
    },
  )
})

describe('office_hours keeps what every processor promises', () => {
  const batches = (): Batch[] => [
    { source, records: [record('2026-09-14T02:00:00Z'), record('2026-09-14T12:00:00Z')] },
    { source, records: [record('2026-09-13T12:00:00Z'), record(undefined)] },
  ]
  for (const check of processorConformance({ factory: officeHours, batches })) it(check.name, check.run)
})
