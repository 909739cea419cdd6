import { LogRecord } from '@lacuna/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alertRecord } from './alert.fixture.ts'
import { jsonLine } from './json-line.ts'

const body = (value: LogRecord['body']) => {
  const record = new LogRecord()
  record.body = value
  return jsonLine(record)
    .replace('{"timestamp":null,"body":', '')
    .replace(',"attributes":{},"resource":{}}', '')
}

describe('a line of JSON', () => {
  it('has the six keys of the contract for an alert, in their order and nothing else', () => {
    const line = JSON.parse(jsonLine(alertRecord()))
    expect(Object.keys(line)).toEqual([
      'timestamp',
      'severity',
      'event_name',
      'body',
      'attributes',
      'resource',
    ])
    expect(line.timestamp).toBe('2026-09-14T09:21:10.123456700Z')
    expect(line.severity).toBe('INFO')
    expect(line.event_name).toBe('lacuna.alert')
    expect(line.resource).toEqual({ 'service.name': 'lacuna' })
  })

  it('keeps the order of the attributes, and the null group', () => {
    const record = alertRecord({ 'azure.resource.name': null })
    const { attributes } = JSON.parse(jsonLine(record))
    expect(Object.keys(attributes)).toEqual(Object.keys(record.attributes))
    expect(attributes['azure.resource.name']).toBeNull()
  })

  it('leaves out what a record does not have, but never time, attributes and resource', () => {
    expect(jsonLine(new LogRecord())).toBe('{"timestamp":null,"attributes":{},"resource":{}}')
    expect(jsonLine(new LogRecord({ body: null }))).toContain('"body":null')
  })

  it('has the observed time where the record has none of its own', () => {
    const record = new LogRecord({ hrTimeObserved: [1, 5] })
    expect(JSON.parse(jsonLine(record)).timestamp).toBe('1970-01-01T00:00:01.000000005Z')
  })

  it('names a severity number as OpenTelemetry does, but keeps the words of the sender', () => {
    const severity = (init: Partial<LogRecord>) => JSON.parse(jsonLine(new LogRecord(init))).severity
    expect([1, 4, 9, 13, 19, 24].map((severityNumber) => severity({ severityNumber }))).toEqual([
      'TRACE',
      'TRACE4',
      'INFO',
      'WARN',
      'ERROR3',
      'FATAL4',
    ])
    expect(severity({ severityNumber: 9, severityText: 'Informational' })).toBe('Informational')
    for (const none of [0, 25, 99, -1, 1.5, Number.NaN]) {
      expect(severity({ severityNumber: none, severityText: '' })).toBeUndefined()
    }
  })

  it('has trace, span and scope after the rest where the record has them', () => {
    const record = new LogRecord({
      spanContext: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 },
      instrumentationScope: { name: 'app', version: '2', attributes: { a: 1 }, droppedAttributesCount: 0 },
    })
    const line = JSON.parse(jsonLine(record))
    expect(Object.keys(line).slice(-3)).toEqual(['trace_id', 'span_id', 'scope'])
    expect(line.scope).toEqual({ name: 'app', version: '2', attributes: { a: 1 } })
  })

  it('writes every value exactly: all digits of an integer, bytes in base64, the names of what is no number', () => {
    expect(body(2n ** 64n)).toBe('18446744073709551616')
    expect(body(-(2n ** 63n))).toBe('-9223372036854775808')
    expect(body(new Uint8Array([0, 255, 16]).subarray(1))).toBe('"/xA="')
    expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(body)).toEqual([
      '"NaN"',
      '"Infinity"',
      '"-Infinity"',
    ])
    expect([0, -0, 1.5, 1e21, 5e-324].map(body)).toEqual(['0', '0', '1.5', '1e+21', '5e-324'])
    expect(body([1n, { a: [null, true, 2n] }, []])).toBe('[1,{"a":[null,true,2]},[]]')
  })

  it('writes the same whether or not a value needs our own writer', () => {
    const attributes = { b: 'text', a: [1, { d: null, c: false }], e: {}, f: '\u2028' }
    const plain = jsonLine(new LogRecord({ attributes }))
    const mixed = jsonLine(new LogRecord({ attributes: { ...attributes, z: 1n } }))
    expect(mixed).toBe(plain.replace('},"resource"', ',"z":1},"resource"'))
  })

  it('takes keys that every object has for keys like any other', () => {
    const attributes = JSON.parse('{"__proto__":1,"constructor":{"toJSON":2},"":3}')
    expect(jsonLine(new LogRecord({ attributes }))).toContain(
      '{"__proto__":1,"constructor":{"toJSON":2},"":3}',
    )
  })

  it('stops at a hundred levels', () => {
    let deep: LogRecord['body'] = 'bottom'
    for (let level = 0; level < 50_000; level++) deep = [deep]
    expect(body(deep)).toBe(`${'['.repeat(100)}"[deeper than 100 levels]"${']'.repeat(100)}`)
    const attributes = { deep }
    expect(jsonLine(new LogRecord({ attributes }))).toContain('"[deeper than 100 levels]"')
  })

  it('is one line of well-formed text without anything that steers a terminal, whatever the text', () => {
    const text = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    })
    const evil = fc.string({
      unit: fc.constantFrom('\n', '\u001b', '\u007f', '\u009b', '\u202e', '\u2069', '\ud800', '"'),
    })
    fc.assert(
      fc.property(fc.oneof(text, evil), fc.oneof(text, evil), (key, value) => {
        const record = new LogRecord({
          eventName: value,
          severityText: value,
          body: [value],
          attributes: { [key]: value },
        })
        record.resource = { attributes: { [key]: value }, droppedAttributesCount: 0 }
        const line = jsonLine(record)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/)
        expect(line.isWellFormed()).toBe(true)
        const read = JSON.parse(line)
        expect(read.body).toEqual([value])
        expect(read.attributes[key]).toBe(value)
      }),
    )
  })
})
