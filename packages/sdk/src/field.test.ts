import { describe, expect, it } from 'vitest'
import { fieldReader } from './field.ts'
import { LogRecord, type LogRecordInit } from './record.ts'

const read = (name: string, init: LogRecordInit) => fieldReader(name)(new LogRecord(init))

describe('a field', () => {
  it('is a field of the record before an attribute of that name', () => {
    const init: LogRecordInit = {
      body: 'b',
      eventName: 'e',
      severityNumber: 9,
      severityText: 'INFO',
      spanContext: { traceId: 't', spanId: 's', traceFlags: 0 },
      attributes: { body: 'no', event_name: 'no' },
    }
    const names = ['body', 'event_name', 'severity_number', 'severity_text', 'trace_id', 'span_id']
    expect(names.map((name) => read(name, init))).toEqual(['b', 'e', 9, 'INFO', 't', 's'])
  })

  it('is an attribute under its whole dotted name', () => {
    expect(read('a.b', { attributes: { 'a.b': 1, a: { b: 2 } } })).toBe(1)
  })

  it('is an attribute before one of the resource', () => {
    const resource = { attributes: { 'a.b': 'resource' }, droppedAttributesCount: 0 }
    expect(read('a.b', { attributes: { 'a.b': 'own' }, resource })).toBe('own')
    expect(read('a.b', { resource })).toBe('resource')
  })

  it('is a path into a map under a shorter name, the longest first', () => {
    expect(read('a.b.c', { attributes: { 'a.b': { c: 1 }, a: { b: { c: 2 } } } })).toBe(1)
    expect(read('a.b.c', { attributes: { a: { b: { c: 2 } } } })).toBe(2)
    expect(read('a.b.c', { attributes: { a: { 'b.c': 3 } } })).toBe(3)
    expect(read('body.level', { body: { level: 'warn' } })).toBe('warn')
  })

  it('is not found where there is none', () => {
    expect(read('a.b', { attributes: { a: 1 } })).toBeUndefined()
    expect(read('a.b', { attributes: { a: [1] } })).toBeUndefined()
    expect(read('a.0', { attributes: { a: new Uint8Array(2) } })).toBeUndefined()
    expect(read('body.level', { body: 'text' })).toBeUndefined()
  })

  it('is null where it is null everywhere, and what is not null elsewhere wins', () => {
    expect(read('a.b', { attributes: { 'a.b': null } })).toBeNull()
    expect(read('a.b', { attributes: { 'a.b': null, a: { b: 1 } } })).toBe(1)
  })

  it('is never what every object has', () => {
    for (const name of ['constructor', '__proto__', 'a.constructor', 'a.__proto__', 'toString'])
      expect(read(name, { attributes: { a: {} } }), name).toBeUndefined()
  })

  it('falls back from @timestamp to the time of the record, to the millisecond', () => {
    expect(read('@timestamp', { hrTime: [0, 1_999_999] })).toBe('1970-01-01T00:00:00.001Z')
    expect(read('@timestamp', { hrTime: [0, 1], attributes: { '@timestamp': 'own' } })).toBe('own')
    expect(read('@timestamp', {})).toBeUndefined()
    expect(read('@timestamp', { hrTime: [1e18, 0] })).toBeUndefined()
  })

  it('is read from a view without building it', () => {
    const record = new LogRecord()
    record.setAttributeView({
      get: (name) => (name === 'a' ? { b: 1 } : undefined),
      all: () => {
        throw new Error('built')
      },
    })
    expect(fieldReader('a.b')(record)).toBe(1)
  })
})
