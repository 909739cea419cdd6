import { LogRecord } from '@lacuna/sdk'
import { hostileRecords } from '@lacuna/sdk/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLogs, decodeLogsJson, encodeLogs, encodeLogsJson, MAX_DEPTH } from './index.ts'
import { logRecords, plain } from './records.fixture.ts'

const forms = [
  ['protobuf', (records: LogRecord[]) => decodeLogs(encodeLogs(records))],
  ['JSON', (records: LogRecord[]) => decodeLogsJson(encodeLogsJson(records))],
] as const

describe.each(forms)('records through %s', (_, through) => {
  it('keep every field, type and nanosecond', () => {
    fc.assert(
      fc.property(logRecords, (record) => {
        const [got] = through([record])
        expect(got && plain(got)).toEqual(plain(record))
      }),
      { numRuns: 500 },
    )
  })

  it('keep them too when they are sent on without anyone having asked for their attributes', () => {
    fc.assert(
      fc.property(logRecords, (record) => {
        const [got] = through(through([record]))
        expect(got && plain(got)).toEqual(plain(record))
      }),
    )
  })

  it('answer for one attribute as they do for all', () => {
    fc.assert(
      fc.property(logRecords, (record) => {
        const [got] = through([record])
        for (const [key, value] of Object.entries(record.attributes)) expect(got?.get(key)).toEqual(value)
        expect(got?.get('there is none of this name')).toBeUndefined()
      }),
    )
  })

  it('are grouped by resource and scope in the order of first appearance', () => {
    const resource = (name: string) => ({ attributes: { name }, droppedAttributesCount: 0 })
    const scope = (name: string) => ({ name, attributes: {}, droppedAttributesCount: 0 })
    const record = (body: number, of: string, by: string) =>
      new LogRecord({ body, resource: resource(of), instrumentationScope: scope(by) })
    const records = [record(1, 'a', 'x'), record(2, 'b', 'x'), record(3, 'a', 'y'), record(4, 'a', 'x')]
    const got = through(records)
    expect(got.map(({ body }) => body)).toEqual([1, 4, 3, 2])
    expect(got[0]?.resource).toBe(got[2]?.resource)
    expect(got[0]?.instrumentationScope).toBe(got[1]?.instrumentationScope)
    expect(got[3]?.resource.attributes).toEqual({ name: 'b' })
  })

  it('are kept apart when only a schema URL, a dropped count or a type differs', () => {
    const empty = { attributes: {}, droppedAttributesCount: 0 }
    const resources = [
      empty,
      { ...empty, schemaUrl: 'a' },
      { ...empty, schemaUrl: 'b' },
      { ...empty, droppedAttributesCount: 1 },
      { ...empty, attributes: { a: 1 } },
      { ...empty, attributes: { a: 1.5 } },
      { ...empty, attributes: { a: '1' } },
    ]
    const got = through(resources.map((resource) => new LogRecord({ resource })))
    expect(got.map(({ resource }) => resource)).toEqual(resources)
  })

  it('keep the doubles of resources and scopes', () => {
    const given = decodeLogsJson(
      '{"resourceLogs":[{"resource":{"attributes":[{"key":"r","value":{"doubleValue":5}}]},"scopeLogs":[{"scope":' +
        '{"name":"s","attributes":[{"key":"s","value":{"doubleValue":7}},{"key":"i","value":{"intValue":"7"}}]},' +
        '"logRecords":[{}]}]}]}',
    )
    const again = encodeLogsJson(through(given))
    expect(again).toContain('{"key":"r","value":{"doubleValue":5}}')
    expect(again).toContain('{"key":"s","value":{"doubleValue":7}}')
    expect(again).toContain('{"key":"i","value":{"intValue":"7"}}')
  })

  it('come near to what OTLP has no place for, and never throw', () => {
    const hostile = hostileRecords()
    expect(through(hostile)).toHaveLength(hostile.length)
    const [got] = through([
      new LogRecord({
        body: [2n ** 63n, -(2n ** 63n) - 1n],
        hrTime: [-1, 0],
        hrTimeObserved: [2 ** 40, 0],
        severityNumber: Number.NaN,
        spanContext: { traceId: 'not hex', spanId: 'b7ad6b7169203331', traceFlags: 1 },
        droppedAttributesCount: 2 ** 40,
      }),
    ])
    expect(got).toMatchObject({
      body: ['9223372036854775808', '-9223372036854775809'],
      hrTime: [0, 0],
      hrTimeObserved: [0, 0],
      severityNumber: undefined,
      spanContext: { traceId: '', spanId: 'b7ad6b7169203331', traceFlags: 1 },
      droppedAttributesCount: 2 ** 32 - 1,
    })
  })

  it('keep what is as deep as the bound, and say so of what is deeper', () => {
    const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`)
    expect(through([new LogRecord({ body: nested(MAX_DEPTH) })])[0]?.body).toEqual(nested(MAX_DEPTH))
    const [got] = through([new LogRecord({ body: nested(MAX_DEPTH + 1) })])
    expect(JSON.stringify(got?.body)).toContain('"[deeper than 64 levels]"')
  })

  it('are none for none', () => {
    expect(through([])).toEqual([])
  })
})
