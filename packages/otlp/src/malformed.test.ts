import { LogRecord } from '@lacuna/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeLogs,
  decodeLogsJson,
  decodeResponse,
  decodeResponseJson,
  decodeStatus,
  decodeStatusJson,
  encodeLogs,
  MAX_GROUPS,
  MAX_RECORDS,
  MAX_VALUES,
  WireError,
} from './index.ts'
import { logRecords } from './records.fixture.ts'

const DECODERS = [
  decodeLogs,
  decodeLogsJson,
  decodeResponse,
  decodeResponseJson,
  decodeStatus,
  decodeStatusJson,
]

/** Runs a decoder and reads all it gives: nothing but a `WireError` may come out, and later nothing at all. */
function take(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  let got: unknown
  try {
    got = decode(bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(WireError)
    return
  }
  if (Array.isArray(got)) for (const record of got as LogRecord[]) void record.attributes
}

/** A length-delimited field. */
function field(number: number, ...parts: (Uint8Array | number[])[]): Uint8Array {
  const content = Buffer.concat(parts.map((part) => (Array.isArray(part) ? Uint8Array.from(part) : part)))
  return Buffer.concat([Uint8Array.from([(number << 3) | 2]), varint(content.length), content])
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest])
    bytes.push((rest % 128) | 0x80)
  }
}

const request = (...record: (Uint8Array | number[])[]) => field(1, field(2, field(2, ...record)))
const refusal = (bytes: Uint8Array): string => {
  try {
    decodeLogs(bytes)
  } catch (error) {
    if (error instanceof WireError) return error.message
    throw error
  }
  return 'taken'
}

describe('whatever is sent', { timeout: 60_000 }, () => {
  it('is taken or refused in one way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const decode of DECODERS) take(decode, bytes)
      }),
      { numRuns: 2000 },
    )
  })

  it('is refused or taken when a good request was cut short anywhere', () => {
    fc.assert(
      fc.property(logRecords, (record) => {
        const bytes = encodeLogs([record])
        for (let end = 0; end < bytes.length; end += 1 + Math.floor(bytes.length / 50)) {
          take(decodeLogs, bytes.subarray(0, end))
        }
        // At the very least the outermost message is then too short.
        if (bytes.length > 2) expect(refusal(bytes.subarray(0, -1))).toMatch(/cut short/)
      }),
    )
  })

  it('is refused or taken when any byte of a good request was changed', () => {
    fc.assert(
      fc.property(logRecords, fc.nat(), fc.nat(255), (record, at, byte) => {
        const bytes = encodeLogs([record])
        bytes[at % bytes.length] = byte
        take(decodeLogs, bytes)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a request is refused, and told why, when', { timeout: 60_000 }, () => {
  it('a length is beyond what is there', () => {
    expect(refusal(Uint8Array.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x07]))).toMatch(/cut short at byte/)
    expect(refusal(Uint8Array.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]))).toMatch(
      /cut short/,
    )
  })

  it('an inner field ends beyond the message that it is in, though the bytes are there', () => {
    const attribute = [0x32, 0x02, 0x0a, 0x7f]
    expect(refusal(Buffer.concat([request(attribute), new Uint8Array(500)]))).toMatch(/cut short/)
  })

  it('an integer does not end', () => {
    expect(refusal(request([0x10, ...Array(11).fill(0xff)]))).toMatch(/more than ten bytes/)
  })

  it.each([
    ['a time as a varint', [0x08, 0x01]],
    ['a body as a number', [0x28, 0x01]],
    ['an attribute as a varint', [0x30, 0x01]],
    ['a severity as bytes', [0x12, 0x01, 0x00]],
    ['a string value as a double', [0x2a, 0x09, 0x09, ...Array(8).fill(0)]],
    ['a key as a varint', [0x32, 0x02, 0x08, 0x01]],
  ])('it has %s', (_, bytes) => {
    expect(refusal(request(bytes))).toMatch(/wrong wire type/)
  })

  it('it has a group, or a field of number 0', () => {
    expect(refusal(request([0x23]))).toMatch(/wire type 3/)
    expect(refusal(request([0x02, 0x00]))).toMatch(/no field/)
  })

  it('text anywhere is not UTF-8, also in attributes that no one reads', () => {
    const bad = [0x41, 0xff]
    const long = [...Array(100).fill(0x41), 0xc3]
    for (const text of [bad, long]) {
      for (const [where, bytes] of Object.entries({
        body: request(field(5, field(1, text))),
        severity: request(field(3, text)),
        key: request(field(6, field(1, text))),
        value: request(field(6, field(1, [0x61]), field(2, field(1, text)))),
        list: request(field(6, field(2, field(5, field(1, field(1, text)))))),
        map: request(field(6, field(2, field(6, field(1, field(1, text)))))),
        resource: field(1, field(1, field(1, field(1, text)))),
        scope: field(1, field(2, field(1, field(1, text)))),
        url: field(1, field(3, text)),
      })) {
        expect([where, refusal(bytes)]).toEqual([where, expect.stringMatching(/not UTF-8/)])
      }
    }
  })

  it('a value is nested deeper than the bound, in a body or in an attribute', () => {
    const nested = (levels: number) => {
      let value: Uint8Array = field(1, [0x61])
      for (let level = 0; level < levels; level++) {
        value = level % 2 === 0 ? field(5, field(1, value)) : field(6, field(1, field(2, value)))
      }
      return value
    }
    expect(refusal(request(field(5, nested(64))))).toBe('taken')
    expect(refusal(request(field(6, field(2, nested(64)))))).toBe('taken')
    expect(refusal(request(field(5, nested(65))))).toMatch(/deeper than 64 levels/)
    expect(refusal(request(field(6, field(2, nested(65)))))).toMatch(/deeper than 64 levels/)
    expect(refusal(request(field(5, nested(5000))))).toMatch(/deeper than 64 levels/)
    expect(() => decodeLogs(request(field(5, nested(4))), { maxDepth: 3 })).toThrow('deeper than 3 levels')
  })

  it('it holds more records or values than are taken, before they fill the memory', () => {
    const empty = Buffer.alloc((MAX_RECORDS + 1) * 2, Buffer.from([0x12, 0x00]))
    expect(refusal(field(1, field(2, empty)))).toMatch(/at most 262144 records/)
    const nulls = Buffer.alloc((MAX_VALUES + 1) * 2, Buffer.from([0x0a, 0x00]))
    expect(refusal(request(field(5, field(5, nulls))))).toMatch(/at most 2097152 values/)
    expect(refusal(request(field(6, field(2, field(5, nulls)))))).toMatch(/at most 2097152 values/)
    const resources = Buffer.alloc((MAX_GROUPS + 1) * 2, Buffer.from([0x0a, 0x00]))
    expect(refusal(resources)).toMatch(/at most 65536 resources and scopes/)
    const scopes = Buffer.alloc((MAX_GROUPS + 1) * 2, Buffer.from([0x12, 0x00]))
    expect(refusal(field(1, scopes))).toMatch(/at most 65536 resources and scopes/)
    const attributes = Buffer.alloc((MAX_VALUES + 1) * 2, Buffer.from([0x32, 0x00]))
    expect(refusal(request(attributes))).toMatch(/at most 2097152 values/)
    const doubles = Buffer.alloc(
      (MAX_VALUES / 4 + 1) * 11,
      Buffer.from([0x0a, 9, 0x21, 0, 0, 0, 0, 0, 0, 0, 0]),
    )
    expect(refusal(request(field(6, field(2, field(5, doubles)))))).toMatch(/at most 2097152 values/)
  })

  // One message of a few bytes, and a field in it that is read anew as often as it comes.
  it.each([
    ['a resource', 1, [0x0a, 0x00], (fields: Buffer) => field(1, fields)],
    ['the URL of a group', 1, [0x1a, 1, 0x61], (fields: Buffer) => field(1, fields)],
    ['the URL of a scope', 1, [0x1a, 1, 0x61], (fields: Buffer) => field(1, field(2, fields))],
    ['the name of a scope', 1, [0x0a, 1, 0x61], (fields: Buffer) => field(1, field(2, field(1, fields)))],
    ['the version of a scope', 1, [0x12, 1, 0x61], (fields: Buffer) => field(1, field(2, field(1, fields)))],
    ['a severity', 2, [0x1a, 1, 0x61], (fields: Buffer) => request(fields)],
    ['an event name', 2, [0x62, 1, 0x61], (fields: Buffer) => request(fields)],
    ['a trace id', 2, [0x4a, 16, ...Array(16).fill(1)], (fields: Buffer) => request(fields)],
    ['a span id', 2, [0x52, 8, ...Array(8).fill(1)], (fields: Buffer) => request(fields)],
    ['a body', 1, [0x2a, 0x00], (fields: Buffer) => request(fields)],
    ['a body of bytes', 1, [0x3a, 1, 0x61], (fields: Buffer) => request(field(5, fields))],
    ['a list in an attribute', 1, [0x2a, 0x00], (fields: Buffer) => request(field(6, field(2, fields)))],
  ])('%s comes without end, where one is enough', (_, more, bytes, message) => {
    const fields = Buffer.alloc((MAX_VALUES + more) * bytes.length, Buffer.from(bytes))
    expect(refusal(message(fields))).toMatch(/at most 2097152 values/)
    expect(refusal(message(Buffer.from([...bytes, ...bytes])))).toBe('taken')
  })
})

describe('a request is taken when', () => {
  it('it has fields that are not known', () => {
    const unknown = [...field(15, [1, 2, 3]), 0x78 + 0x08, 0x01, 0x05, 0xa1, 0x01, ...Array(8).fill(9)]
    const [record] = decodeLogs(Buffer.concat([field(1, field(2, field(2, unknown, field(3, [0x61]))))]))
    expect(record?.severityText).toBe('a')
  })

  it('fields come in another order: the resource behind its records, a value before its key', () => {
    const attribute = field(1, field(2, field(1, [0x76])), field(1, [0x6b]))
    const bytes = field(1, field(3, [0x75]), field(2, field(2, field(3, [0x61]))), field(1, attribute))
    const [record] = decodeLogs(bytes)
    expect(record?.resource).toEqual({ attributes: { k: 'v' }, schemaUrl: 'u', droppedAttributesCount: 0 })
  })

  it('a key comes twice: the last one counts, in whatever way it is asked for', () => {
    const pair = (value: number) => field(6, field(1, [0x6b]), field(2, field(1, [value])))
    const decode = () => decodeLogs(request(pair(0x61), pair(0x62)))[0]
    expect(decode()?.get('k')).toBe('b')
    expect(decode()?.attributes).toEqual({ k: 'b' })
  })

  it('an id has another length than ids have: it counts as absent', () => {
    expect(decodeLogs(request(field(9, [1, 2, 3]), field(10, Array(8).fill(1))))[0]?.spanContext).toEqual({
      traceId: '',
      spanId: '0101010101010101',
      traceFlags: 0,
    })
  })
})

describe('a decoded record', () => {
  it('has the time of its arrival where it brings no time of observation', () => {
    const bytes = encodeLogs([new LogRecord({ hrTimeObserved: [7, 8] }), new LogRecord()])
    const observed = decodeLogs(bytes, { observed: [1, 2] }).map(({ hrTimeObserved }) => hrTimeObserved)
    expect(observed).toEqual([
      [7, 8],
      [1, 2],
    ])
  })

  it('does not share its bytes with the request', () => {
    const request = Buffer.from(encodeLogs([new LogRecord({ body: new Uint8Array([1, 2]) })]))
    const [record] = decodeLogs(request)
    request.fill(0)
    expect(record?.body).toEqual(new Uint8Array([1, 2]))
  })

  it('goes out byte for byte as it came while no one asked for its attributes, and with every field after', () => {
    const pair = (key: number, ...more: Uint8Array[]) =>
      field(6, field(1, [key]), field(2, field(1, [key])), ...more)
    const unknown = field(9, [1])
    const bytes = request(pair(0x61), pair(0x61), [0x38, 0x02], pair(0x62, unknown))
    const moved = request(pair(0x61), pair(0x61), pair(0x62, unknown), [0x38, 0x02])
    const [record] = decodeLogs(bytes)
    expect(record?.attributeView?.size).toBe(35)
    expect(record && Buffer.from(encodeLogs([record.clone(), record]))).toEqual(
      Buffer.from(field(1, field(2, ...[1, 2].map(() => moved.subarray(4))))),
    )
    expect(record?.attributes).toEqual({ a: 'a', b: 'b' })
    expect(record && decodeLogs(encodeLogs([record]))[0]?.attributes).toEqual({ a: 'a', b: 'b' })
  })

  it('is changed by a change of its copy in nothing', () => {
    const [record] = decodeLogs(encodeLogs([new LogRecord({ attributes: { list: [1] } })]))
    const copy = record?.clone()
    if (copy !== undefined) copy.attributes.list = 'changed'
    expect(record?.get('list')).toEqual([1])
    expect(record?.attributes).toEqual({ list: [1] })
  })
})
