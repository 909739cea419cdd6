import { testHost } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import factory from './index.ts'
import { alertsOf, batch, burst, detector, emptyAnswer } from './test-kit.fixture.ts'

const LENGTH = 'azure.open_ai.properties.response_length'

describe('the rule', () => {
  it('tells the tenth empty answer of a resource within an hour, and that it is over', () => {
    expect(alertsOf(burst(9))).toEqual([])
    const [open, resolved] = alertsOf(burst(10))
    expect(open?.attributes).toMatchObject({
      'lacuna.alert.status': 'open',
      'lacuna.alert.count': 10,
      'lacuna.alert.total': 10,
      'lacuna.alert.share': 1,
      'azure.resource.name': 'contoso-chat',
    })
    expect(resolved?.attributes['lacuna.alert.status']).toBe('resolved')
  })

  it.each([
    ['a length that is missing', { [LENGTH]: null }],
    ['a length in a text', { [LENGTH]: '0' }],
    ['a length below zero', { [LENGTH]: -1 }],
    ['a length that is no number', { [LENGTH]: Number.NaN }],
    ['a list of lengths', { [LENGTH]: [0, 0] }],
    ['another result', { 'azure.open_ai.result_signature': '400' }],
    ['another operation', { 'azure.open_ai.operation_name': 'Embeddings_Create' }],
  ])('does not count %s', (_, change) => {
    expect(alertsOf(burst(20, change))).toEqual([])
  })

  it('counts zero however it is written', () => {
    expect(alertsOf(burst(10, { [LENGTH]: -0 }))).toHaveLength(2)
    expect(alertsOf(burst(10, { [LENGTH]: 0n }))).toHaveLength(2)
  })

  it('counts by the fields that are asked for, one or several', () => {
    const records = burst(12).map((record, index) => {
      record.attributes['cloud.region'] = index % 2 === 0 ? 'east' : 'west'
      return record
    })
    expect(alertsOf(records, { group_by: ['azure.resource.name', 'cloud.region'] })).toEqual([])
    const [open] = alertsOf(records, { group_by: 'cloud.region', threshold: 6 })
    expect(open?.attributes['cloud.region']).toBe('east')
  })

  it('shows the group of records without the field as null', () => {
    const [open] = alertsOf(burst(10, { 'azure.resource.name': null }))
    expect(open?.attributes).toHaveProperty(['azure.resource.name'], null)
  })

  it('cuts a group name of a megabyte and still tells two of them apart', () => {
    const long = (end: string) => burst(10, { 'azure.resource.name': 'x'.repeat(1_000_000) + end })
    const [first, second] = [long('a'), long('b')]
    const names = first.flatMap((record, index) => [record, ...second.slice(index, index + 1)])
    const opens = alertsOf(names, { dedupe_by: null }).filter(
      (record) => record.attributes['lacuna.alert.status'] === 'open',
    )
    expect(opens).toHaveLength(2)
    for (const { attributes } of opens)
      expect(String(attributes['azure.resource.name']).length).toBeLessThan(1100)
  })
})

describe('exceptions', () => {
  const exceptions = [
    { name: 'tests', where: 'azure.open_ai.properties.object_id == "account"', reason: 'A test account.' },
  ]

  it('take matches out of the count, are counted by name, and leave the total as it is', () => {
    const { host, processor } = detector({ exceptions })
    processor.process(batch(burst(10)))
    expect(host.ledger.notes).toMatchObject({ 'excepted: tests': 10 })
    const others = burst(10, { 'azure.open_ai.properties.object_id': 'other' })
    const both = burst(10).flatMap((record, index) => [record, ...others.slice(index, index + 1)])
    const [open] = alertsOf(both, { exceptions, dedupe_by: null })
    expect(open?.attributes).toMatchObject({ 'lacuna.alert.count': 10, 'lacuna.alert.total': 20 })
  })

  it('end with their expiry, in event time', () => {
    const [first] = exceptions
    const expiring = (expires: string) => ({ exceptions: [{ ...first, expires }] })
    expect(alertsOf(burst(10), expiring('2026-09-14T10:00:00Z'))).toHaveLength(2)
    expect(alertsOf(burst(10), expiring('2026-09-14T10:00:01Z'))).toEqual([])
  })
})

describe('what it passes on', () => {
  it('is alerts alone, and consumes the rest', () => {
    const { host, processor } = detector()
    expect(processor.process(batch(burst(10)))).toHaveLength(1)
    expect(host.ledger).toMatchObject({ consumedCount: 10, createdCount: 1 })
  })

  it('is all records with the alert behind the one that caused it, where asked for', () => {
    const { host, processor } = detector({ emit: 'all' })
    const records = burst(11)
    const out = processor.process(batch(records))
    expect(out).toHaveLength(12)
    expect(Array.isArray(out) && out[10]?.eventName).toBe('lacuna.alert')
    expect(host.ledger).toMatchObject({ consumedCount: 0, createdCount: 1 })
  })

  it('says how many groups it could not hold', () => {
    const { processor } = detector({ max_groups: 1, threshold: 2 })
    const [notice] = processor.process(
      batch([emptyAnswer(0), emptyAnswer(1, { 'azure.resource.name': 'other' })]),
    ) as ReturnType<typeof burst>
    expect(notice?.eventName).toBe('lacuna.max_groups')
    expect(notice?.attributes['lacuna.groups.refused']).toBe(1)
  })
})

describe('the evidence', () => {
  it('draws the window in twelfths, the oldest first', () => {
    const [open] = alertsOf([...burst(4), ...Array.from({ length: 6 }, (_, i) => emptyAnswer(50 + i / 2))])
    expect(open?.attributes['lacuna.evidence.timeline']).toEqual([0, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6])
  })
})

describe('late records', () => {
  it('are noted once where there is one source only', () => {
    const { host, processor } = detector()
    processor.process(batch([emptyAnswer(50), emptyAnswer(1)]))
    expect(host.ledger.notes).toEqual({ late: 1, matched: 1 })
  })

  it('are noted by source, and those of too many sources together', () => {
    const { host, processor } = detector()
    processor.process(batch([emptyAnswer(50)]))
    const lateFrom = (id: string) =>
      processor.process({ source: { id, finite: true }, records: [emptyAnswer(1)] })
    for (let index = 0; index < 30; index++) lateFrom(`file:${index}`)
    lateFrom('file:0')
    expect(host.ledger.notes).toMatchObject({ late: 31, 'late: file:0': 2, 'late: file:19': 1 })
    expect(host.ledger.notes).toMatchObject({ 'late: other sources': 10 })
    expect(Object.keys(host.ledger.notes)).not.toContain('late: file:20')
  })
})

describe('its state', () => {
  it('does not have what an earlier run counted noted again', () => {
    const before = detector().processor
    before.process(batch(burst(9)))
    const snapshot = before.snapshot?.()
    const { host, processor } = detector()
    if (snapshot !== undefined) processor.restore?.(snapshot.header, snapshot.entries)
    processor.process(batch([emptyAnswer(9)]))
    expect(host.ledger.notes).toMatchObject({ matched: 1 })
  })

  it('goes on in another instance where it was', () => {
    const before = detector().processor
    before.process(batch(burst(9)))
    const snapshot = before.snapshot?.()
    const after = detector().processor
    if (snapshot !== undefined) after.restore?.(snapshot.header, snapshot.entries)
    expect(after.process(batch([emptyAnswer(9)]))).toHaveLength(1)
  })

  it('is not taken over by a rule that means something else', () => {
    const before = detector().processor
    before.process(batch(burst(9)))
    const snapshot = before.snapshot?.()
    const after = detector({ window: { size: '30m' } }).processor
    if (snapshot !== undefined) after.restore?.(snapshot.header, snapshot.entries)
    expect(after.process(batch([emptyAnswer(9)]))).toEqual([])
  })

  it('asks to be read again from one window before, and by how much records and watermark may be late', () => {
    expect(detector({ window: { size: '30m' } }).processor.lookback).toBe(36 * 60_000)
    const lates = { max_out_of_orderness: '2m', allowed_lateness: '5m', idle_timeout: '3m' }
    expect(detector(lates).processor.lookback).toBe(70 * 60_000)
  })
})

describe('its options', () => {
  it.each([
    [{ where: 'length ==' }, ['where']],
    [{ window: { size: '60m', slide: '7m' } }, ['window', 'slide']],
    [{ threshold: 3, recover_below: 4 }, ['recover_below']],
    [{ trigger: 'on_close' }, ['trigger']],
    [
      { exceptions: [{ name: 'x', where: 'a == 1', reason: 'y', expires: 'soon' }] },
      ['exceptions', 0, 'expires'],
    ],
    [{ rule: { severity: 'grave' } }, ['rule', 'severity']],
    [{ group_by: 'event.kind' }, ['group_by']],
    [{ group_by: ['azure.resource.name', 'lacuna.alert.id'] }, ['group_by']],
    [{ group_by: ['rule.id'] }, ['group_by']],
    [{ group_by: ['cloud.region', 'azure.resource.name', 'cloud.region'] }, ['group_by']],
  ])('refuse %o where it is wrong', (config, path) => {
    const { error } = factory.config.safeParse(config)
    expect(error?.issues.map((issue) => issue.path)).toEqual([path])
  })

  it('say at which character a condition is wrong', () => {
    const { error } = factory.config.safeParse({ where: 'TO_LOWR(a) == "x"' })
    expect(error?.issues[0]).toMatchObject({
      params: { offset: 0, suggestion: expect.stringContaining('TO_LOWER') },
    })
  })

  it('give each severity its OpenTelemetry text', () => {
    const severities = ['low', 'medium', 'high', 'critical'].map((severity) => {
      const [open] = alertsOf(burst(10), { rule: { severity } })
      return open?.severityText
    })
    expect(severities).toEqual(['INFO', 'WARN', 'ERROR', 'FATAL'])
  })
})

it('makes a processor from its defaults alone', () => {
  expect(() => factory.create(factory.config.parse({}), testHost())).not.toThrow()
})
