import type { AnyValue } from '@lacuna/sdk'
import { LogRecord, toNanos } from '@lacuna/sdk'
import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeLogs,
  decodeLogsJson,
  decodeResponse,
  decodeStatus,
  encodeLogs,
  encodeLogsJson,
  encodeResponse,
  encodeStatus,
} from './index.ts'
import { isWireInteger } from './numbers.ts'
import { officialDecode, officialEncode } from './official.fixture.ts'
import { logRecords, plain } from './records.fixture.ts'

/** An attribute or value as protobufjs has it. */
function official(value: AnyValue, marks: ReadonlySet<string> | undefined, pointer: string): object {
  if (value === null) return {}
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'bigint') return { intValue: String(value) }
  if (typeof value === 'number') {
    return isWireInteger(value) && !marks?.has(pointer) ? { intValue: String(value) } : { doubleValue: value }
  }
  if (value instanceof Uint8Array) return { bytesValue: [...value] }
  if (Array.isArray(value)) {
    if (value.length === 0) return { arrayValue: {} }
    return {
      arrayValue: { values: value.map((item, index) => official(item, marks, `${pointer}/${index}`)) },
    }
  }
  const values = officialPairs(value, marks, pointer)
  return { kvlistValue: values.length === 0 ? {} : { values } }
}

function officialPairs(map: object, marks: ReadonlySet<string> | undefined, pointer: string): object[] {
  return Object.entries(map).map(([key, value]) => ({
    key,
    value: official(value, marks, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  }))
}

describe('beside an implementation that is not ours', () => {
  it('protobufjs reads what is written here', () => {
    fc.assert(
      fc.property(logRecords, (record) => {
        const request = officialDecode('Request', encodeLogs([record])) as never as OfficialRequest
        const group = request.resourceLogs[0]
        const { scope, schemaUrl, logRecords } = group.scopeLogs[0]
        const got = logRecords[0]
        const of = record.resource
        const by = record.instrumentationScope
        expect(got.attributes ?? []).toEqual(officialPairs(record.attributes, record.doubles, '/attributes'))
        expect(got.body).toEqual(
          record.body === undefined ? undefined : official(record.body, record.doubles, '/body'),
        )
        expect(BigInt(got.timeUnixNano ?? 0)).toBe(toNanos(record.hrTime))
        expect(BigInt(got.observedTimeUnixNano ?? 0)).toBe(toNanos(record.hrTimeObserved))
        expect(got.severityNumber).toBe(record.severityNumber)
        expect(got.severityText).toBe(record.severityText)
        expect(got.eventName).toBe(record.eventName)
        expect(got.flags ?? 0).toBe(record.spanContext?.traceFlags ?? 0)
        expect(Buffer.from(got.traceId ?? []).toString('hex')).toBe(record.spanContext?.traceId ?? '')
        expect(Buffer.from(got.spanId ?? []).toString('hex')).toBe(record.spanContext?.spanId ?? '')
        expect(got.droppedAttributesCount ?? 0).toBe(record.droppedAttributesCount)
        expect(group.schemaUrl).toBe(of.schemaUrl)
        expect(group.resource?.attributes ?? []).toEqual(officialPairs(of.attributes, undefined, ''))
        expect(group.resource?.droppedAttributesCount ?? 0).toBe(of.droppedAttributesCount)
        expect(schemaUrl).toBe(by.schemaUrl)
        expect(scope?.name ?? '').toBe(by.name)
        expect(scope?.version).toBe(by.version)
        expect(scope?.attributes ?? []).toEqual(officialPairs(by.attributes, undefined, ''))
        expect(scope?.droppedAttributesCount ?? 0).toBe(by.droppedAttributesCount)
      }),
      { numRuns: 300 },
    )
  })

  it('what protobufjs writes is read here', () => {
    fc.assert(
      fc.property(logRecords, (record) => {
        const bytes = officialEncode('Request', officialDecode('Request', encodeLogs([record])))
        const [got] = decodeLogs(bytes)
        expect(got && plain(got)).toEqual(plain(record))
      }),
    )
  })

  it("what OpenTelemetry's own serializers write is read here, by both forms alike", () => {
    const record = {
      hrTime: [1_789_380_000, 123_456_789],
      hrTimeObserved: [1_789_380_001, 1],
      severityNumber: 9,
      severityText: 'INFO',
      eventName: 'event',
      body: { text: 'é', list: [1, 2.5, true, null], bytes: new Uint8Array([1, 255]) },
      attributes: { 'a.b': 'x', negative: -5 },
      droppedAttributesCount: 3,
      spanContext: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 },
      resource: { attributes: { 'service.name': 's' }, schemaUrl: 'https://r' },
      instrumentationScope: { name: 'n', version: '1', schemaUrl: 'https://s' },
    }
    const expected = plain(
      new LogRecord({
        ...(record as never as LogRecord),
        spanContext: { ...record.spanContext, traceFlags: 1 },
        resource: { ...record.resource, droppedAttributesCount: 0 },
        instrumentationScope: { ...record.instrumentationScope, attributes: {}, droppedAttributesCount: 0 },
      }),
    )
    const fromProtobuf = decodeLogs(
      ProtobufLogsSerializer.serializeRequest([record as never]) ?? new Uint8Array(),
    )
    const fromJson = decodeLogsJson(
      JsonLogsSerializer.serializeRequest([record as never]) ?? new Uint8Array(),
    )
    expect(fromProtobuf.map(plain)).toEqual([expected])
    expect(fromJson.map(plain)).toEqual([expected])
    // And their JSON of it is ours, key for key.
    const theirs = JSON.parse(
      Buffer.from(JsonLogsSerializer.serializeRequest([record as never]) ?? []).toString(),
    )
    expect(decodeLogsJson(encodeLogsJson(decodeLogsJson(JSON.stringify(theirs)))).map(plain)).toEqual([
      expected,
    ])
  })

  it('responses and errors are the same bytes', () => {
    const partial = { rejectedLogRecords: 5, errorMessage: 'é' }
    expect(officialDecode('Response', encodeResponse(partial))).toEqual({
      partialSuccess: { rejectedLogRecords: '5', errorMessage: 'é' },
    })
    expect(decodeResponse(officialEncode('Response', { partialSuccess: partial }))).toEqual(partial)

    const status = { code: 8, message: 'later', retryDelay: 1250 }
    const [detail] = officialDecode('Status', encodeStatus(status)).details as {
      typeUrl: string
      value: Buffer
    }[]
    expect(detail?.typeUrl).toBe('type.googleapis.com/google.rpc.RetryInfo')
    expect(officialDecode('RetryInfo', Uint8Array.from(detail?.value ?? []))).toEqual({
      retryDelay: { seconds: '1', nanos: 250_000_000 },
    })
    const other = { typeUrl: 'type.googleapis.com/google.rpc.BadRequest', value: Buffer.from([1, 2, 3]) }
    const bytes = officialEncode('Status', { code: 8, message: 'later', details: [other, detail, other] })
    expect(decodeStatus(bytes)).toEqual(status)
  })
})

interface OfficialRequest {
  resourceLogs: [
    {
      resource?: { attributes?: object[]; droppedAttributesCount?: number }
      schemaUrl?: string
      scopeLogs: [
        {
          scope?: { name?: string; version?: string; attributes?: object[]; droppedAttributesCount?: number }
          schemaUrl?: string
          logRecords: [
            {
              attributes?: object[]
              body?: object
              timeUnixNano?: string
              observedTimeUnixNano?: string
              severityNumber?: number
              severityText?: string
              eventName?: string
              flags?: number
              traceId?: number[]
              spanId?: number[]
              droppedAttributesCount?: number
            },
          ]
        },
      ]
    },
  ]
}
