import { describe, expect, it } from 'vitest'
import {
  decodeLogsJson,
  decodeResponse,
  decodeResponseJson,
  decodeStatus,
  decodeStatusJson,
  encodeLogsJson,
  encodeResponse,
  encodeResponseJson,
  encodeStatus,
  encodeStatusJson,
  MAX_GROUPS,
  MAX_VALUES,
  WireError,
} from './index.ts'

const request = (record: string) => `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${record}]}]}]}`
const decode = (record: string) => decodeLogsJson(request(record))[0]
const value = (json: string) => decode(`{"body":${json}}`)?.body
const refusal = (text: string | Uint8Array): string => {
  try {
    decodeLogsJson(text)
  } catch (error) {
    if (error instanceof WireError) return error.message
    throw error
  }
  return 'taken'
}

describe("OTLP's JSON", { timeout: 60_000 }, () => {
  it('has 64-bit integers as strings, and takes them as numbers to the last digit', () => {
    expect(value('{"intValue":"9223372036854775807"}')).toBe(2n ** 63n - 1n)
    expect(value('{"intValue":9223372036854775807}')).toBe(2n ** 63n - 1n)
    expect(value('{"intValue": \n -9007199254740993}')).toBe(-9007199254740993n)
    expect(value('{"intValue":9007199254740993,"x":["1",{"y":"\\":1234567890123456789"}]}')).toBe(
      9007199254740993n,
    )
    expect(value('{"stringValue":"a:1234567890123456789"}')).toBe('a:1234567890123456789')
    expect(value('{"intValue":"42"}')).toBe(42)
    expect(value('{"intValue":42}')).toBe(42)
    expect(value('{"intValue":-0}')).toBe(0)
    const time = '1789380000123456789'
    const expected = [1_789_380_000, 123_456_789]
    expect(decode(`{"timeUnixNano":"${time}"}`)?.hrTime).toEqual(expected)
    expect(decode(`{"timeUnixNano":${time}}`)?.hrTime).toEqual(expected)
    expect(decode(`{"observedTimeUnixNano":${time}}`)?.hrTimeObserved).toEqual(expected)
  })

  it('has ids in hexadecimal of either case', () => {
    const spanContext = decode(
      '{"traceId":"0AF7651916CD43DD8448EB211C80319C","spanId":"b7AD6b7169203331","flags":1}',
    )
    expect(spanContext?.spanContext).toEqual({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    })
    expect(decode('{"traceId":"abcd"}')?.spanContext).toBeUndefined()
  })

  it('has doubles that are no JSON numbers as strings', () => {
    expect(value('{"doubleValue":"NaN"}')).toBeNaN()
    expect(value('{"doubleValue":"-Infinity"}')).toBe(Number.NEGATIVE_INFINITY)
    expect(value('{"doubleValue":"1.5e3"}')).toBe(1500)
    expect(value('{"doubleValue":12345678901234567890}')).toBe(Number('12345678901234567890'))
  })

  it('has bytes in base64 of either alphabet', () => {
    expect(value('{"bytesValue":"+/8="}')).toEqual(new Uint8Array([251, 255]))
    expect(value('{"bytesValue":"-_8"}')).toEqual(new Uint8Array([251, 255]))
    expect(value('{"bytesValue":""}')).toEqual(new Uint8Array())
  })

  it('tells an empty value from none', () => {
    expect(value('{}')).toBeNull()
    expect(decode('{"body":null}')?.body).toBeUndefined()
    expect(decode('{}')?.body).toBeUndefined()
    expect(decode('{"attributes":[{"key":"a"}]}')?.attributes).toEqual({ a: null })
    expect(value('{"arrayValue":{}}')).toEqual([])
    expect(value('{"kvlistValue":{"values":[]}}')).toEqual({})
  })

  it('is read past fields that are not known, null for what is missing, and a byte order mark', () => {
    const text = `\ufeff${request('{"severityText":"a","attributes":null,"later":{"x":[1]},"traceId":null}')}`
    expect(decodeLogsJson(Buffer.from(text))[0]?.severityText).toBe('a')
    expect(decodeLogsJson('{}')).toEqual([])
    expect(decodeLogsJson('{"resourceLogs":[{"scopeLogs":[{}]}]}')).toEqual([])
  })

  it('has keys that do no harm', () => {
    const record = decode(
      '{"__proto__":{"severityText":"x"},"attributes":[{"key":"__proto__","value":{"kvlistValue":{"values":' +
        '[{"key":"polluted","value":{"boolValue":true}}]}}}]}',
    )
    expect(record?.severityText).toBeUndefined()
    expect(Object.keys(record?.attributes ?? {})).toEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it.each([
    ['', 'the body is not JSON'],
    ['{"resourceLogs":[', 'the body is not JSON'],
    ['[]', 'the body must be an object'],
    ['null', 'the body must be an object'],
    ['{"resourceLogs":{}}', 'resourceLogs must be a list'],
    ['{"resourceLogs":[1]}', 'an item of resourceLogs must be an object'],
    [request('{"body":"text"}'), 'a value must be an object'],
    [request('{"body":{"stringValue":1}}'), 'stringValue must be a string'],
    [request('{"body":{"boolValue":"true"}}'), 'boolValue must be true or false'],
    [request('{"body":{"intValue":1.5}}'), 'intValue must be an integer of 64 bits, as a string or a number'],
    [request('{"body":{"intValue":"9223372036854775808"}}'), 'intValue must be an integer of 64 bits'],
    [request(`{"body":{"intValue":${'9'.repeat(1000)}}}`), 'intValue must be an integer of 64 bits'],
    [request('{"body":{"doubleValue":"much"}}'), 'doubleValue must be a number'],
    [request('{"body":{"bytesValue":"no base64!"}}'), 'bytesValue must be base64'],
    [request('{"traceId":"an id"}'), 'traceId must be hexadecimal'],
    [request('{"severityNumber":"INFO"}'), 'severityNumber must be an integer from'],
    [request('{"timeUnixNano":"-1"}'), 'timeUnixNano must be an integer of 64 bits'],
    [request('{"droppedAttributesCount":-1}'), 'droppedAttributesCount must be an integer from 0'],
    [request('{"attributes":{"a":1}}'), 'attributes must be a list'],
    [
      request(`{"body":${'{"arrayValue":{"values":['.repeat(65)}${']}}'.repeat(65)}}`),
      'deeper than 64 levels',
    ],
    [`{"x":${'['.repeat(100_000)}1234567890123456789${']'.repeat(100_000)}}`, 'taken'],
  ])('is refused, quoting nothing of it: %.60s', (text, message) => {
    expect(refusal(text)).toContain(message)
  })

  it('is refused when it is not UTF-8', () => {
    expect(refusal(Uint8Array.from([0x7b, 0xff, 0x7d]))).toBe('the body is not UTF-8')
  })

  it('is refused when it holds more values than are taken, before they fill the memory', () => {
    expect(refusal(`{"x":[${'[],'.repeat(MAX_VALUES * 4)}[]]}`)).toMatch(/at most 2097152 values/)
    expect(refusal(`{"x":"${'[],\\"'.repeat(MAX_VALUES)}"}`)).toBe('taken')
    const values = (item: string, count: number) =>
      request(`{"body":{"arrayValue":{"values":[${`${item},`.repeat(count)}{}]}}}`)
    expect(refusal(values('{}', MAX_VALUES))).toMatch(/at most 2097152 values/)
    expect(refusal(values('{"doubleValue":1}', MAX_VALUES / 4))).toMatch(/at most 2097152 values/)
  })

  it('is refused when it holds more resources and scopes than are taken, though they be empty', () => {
    const groups = `${'{},'.repeat(MAX_GROUPS)}{}`
    expect(refusal(`{"resourceLogs":[${groups}]}`)).toMatch(/at most 65536 resources and scopes/)
    expect(refusal(`{"resourceLogs":[{"scopeLogs":[${groups}]}]}`)).toMatch(
      /at most 65536 resources and scopes/,
    )
  })

  it('is refused when it would take JSON.parse long: keys without end, lists in lists', () => {
    const keys = Array.from({ length: 200_000 }, (_, index) => `"${index}":1`).join()
    expect(refusal(`{"x":{${keys}}}`)).toBe('an object of the body has too many keys')
    expect(refusal(`{"x":${'['.repeat(2 ** 20)}`)).toBe('the body is nested too deep')
    const some = `{${Array.from({ length: 900 }, (_, index) => `"${index}":[1,1]`).join()}}`
    expect(refusal(`{"x":[${`${some},`.repeat(200)}1]}`)).toBe('taken')
  })

  it('has numbers of any length: what is no number does not become one', () => {
    for (const number of [
      '0123456789012345678',
      '--1234567890123456789',
      '1234567890123456789.',
      '1234567890123456-7',
    ])
      expect(refusal(request(`{"body":{"intValue":${number}}}`))).toBe('the body is not JSON')
    expect(refusal('{1234567890123456789:1,"a":1234567890123456789}')).toBe('the body is not JSON')
    expect(value('{"doubleValue":1234567890123456.5}')).toBe(1234567890123456.5)
    expect(value('{"doubleValue":1234567890123456e3}')).toBe(1234567890123456e3)
  })

  it('is written on one line, with what is empty left out', () => {
    const text = request('{"timeUnixNano":"5","body":{"stringValue":"a\\nb"}}')
    expect(encodeLogsJson(decodeLogsJson(text))).toBe(
      '{"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{},"logRecords":[' +
        '{"timeUnixNano":"5","body":{"stringValue":"a\\nb"}}]}]}]}',
    )
  })
})

describe('an answer', () => {
  const partial = { rejectedLogRecords: 3, errorMessage: 'three "are" too large' }

  it('is read as it was written', () => {
    expect(decodeResponse(encodeResponse(partial))).toEqual(partial)
    expect(decodeResponseJson(encodeResponseJson(partial))).toEqual(partial)
  })

  it('of full success says nothing', () => {
    expect(encodeResponse()).toHaveLength(0)
    expect(encodeResponseJson()).toBe('{}')
    expect(decodeResponse(new Uint8Array())).toBeUndefined()
    expect(decodeResponseJson('{"partialSuccess":{}}')).toBeUndefined()
    expect(decodeResponse(encodeResponse({ rejectedLogRecords: 0, errorMessage: '' }))).toBeUndefined()
  })

  it('may warn without refusing anything', () => {
    const warning = { rejectedLogRecords: 0, errorMessage: 'deprecated' }
    expect(decodeResponse(encodeResponse(warning))).toEqual(warning)
    expect(decodeResponseJson('{"partialSuccess":{"errorMessage":"deprecated"}}')).toEqual(warning)
  })
})

describe('an error', () => {
  it.each([
    { code: 3, message: 'malformed' },
    { code: 8, message: 'later', retryDelay: 1250 },
    { code: 0, message: '' },
    { code: 14, message: 'é', retryDelay: 0 },
  ])('is read as it was written: %o', (status) => {
    expect(decodeStatus(encodeStatus(status))).toEqual(status)
    expect(decodeStatusJson(encodeStatusJson(status))).toEqual(status)
  })
})
