import { describe, expect, it } from 'vitest'
import type { AnyValue, AttributeView } from './any-value.ts'
import { LogRecord } from './record.ts'

/** A view that says how often it was asked for everything. */
function countedView() {
  const view = {
    built: 0,
    get: (name: string) => (name === 'a' ? 1 : undefined),
    all: () => {
      view.built += 1
      return { a: 1 }
    },
  }
  return view satisfies AttributeView
}

describe('a record', () => {
  it('is empty when made from nothing', () => {
    const record = new LogRecord()
    expect(record.attributes).toEqual({})
    expect(record.body).toBeUndefined()
    expect(record.hrTime).toEqual([0, 0])
    expect(record.resource.attributes).toEqual({})
    expect(record.get('a')).toBeUndefined()
  })

  it('takes what it is given', () => {
    const record = new LogRecord({ body: 'hello', eventName: 'e', attributes: { a: 1 } })
    expect([record.body, record.eventName, record.get('a')]).toEqual(['hello', 'e', 1])
  })

  it('takes the attributes of a record it is made from', () => {
    const record = new LogRecord(new LogRecord({ body: 'hello', attributes: { a: 1 } }))
    expect([record.body, record.get('a')]).toEqual(['hello', 1])
  })

  it('answers for its own attributes only, not for what every object has', () => {
    const record = new LogRecord({ attributes: JSON.parse('{"__proto__":1}') })
    expect(record.get('__proto__')).toBe(1)
    expect(record.get('constructor')).toBeUndefined()
    expect(new LogRecord({ attributes: {} }).get('__proto__')).toBeUndefined()
  })

  it('asks a view for one name without building the rest', () => {
    const record = new LogRecord()
    const view = countedView()
    record.setAttributeView(view)
    expect([record.get('a'), record.get('b')]).toEqual([1, undefined])
    expect(view.built).toBe(0)
  })

  it('builds the attributes of a view once and keeps what is changed in them', () => {
    const record = new LogRecord()
    const view = countedView()
    record.setAttributeView(view)
    record.attributes.b = 2
    expect(record.attributes).toEqual({ a: 1, b: 2 })
    expect(record.get('b')).toBe(2)
    expect(view.built).toBe(1)
  })

  it('lets new attributes replace a view, and a view replace attributes', () => {
    const record = new LogRecord()
    record.setAttributeView(countedView())
    record.attributes = { c: 3 }
    expect(record.get('a')).toBeUndefined()
    record.setAttributeView(countedView())
    expect(record.get('c')).toBeUndefined()
    expect(record.attributes).toEqual({ a: 1 })
  })
})

describe('a copy of a record', () => {
  const original = () =>
    new LogRecord({
      hrTime: [1, 2],
      hrTimeObserved: [3, 4],
      severityNumber: 9,
      severityText: 'INFO',
      eventName: 'e',
      body: { list: [1, { deep: true }] },
      spanContext: { traceId: 't', spanId: 's', traceFlags: 1 },
      attributes: { a: { b: [1] }, bytes: new Uint8Array([1, 2]), big: 2n ** 60n, nil: null },
      droppedAttributesCount: 3,
    })

  it('is equal', () => {
    const record = original()
    record.doubles = new Set(['/body'])
    expect(record.clone()).toEqual(record)
    expect(record.clone().attributes).toEqual(record.attributes)
  })

  it('can be changed without changing the first', () => {
    const record = original()
    const copy = record.clone()
    copy.attributes.new = 1
    ;(copy.attributes.a as { b: AnyValue[] }).b.push(2)
    ;(copy.attributes.bytes as Uint8Array)[0] = 9
    ;(copy.body as { list: AnyValue[] }).list.push(2)
    expect(record.attributes).toEqual(original().attributes)
    expect(record.body).toEqual(original().body)
  })

  it('shares resource and scope, by which exporters group', () => {
    const record = original()
    expect(record.clone().resource).toBe(record.resource)
    expect(record.clone().instrumentationScope).toBe(record.instrumentationScope)
  })

  it('leaves a view unbuilt, and each builds its own', () => {
    const record = new LogRecord()
    const view = countedView()
    record.setAttributeView(view)
    const copy = record.clone()
    expect(view.built).toBe(0)
    copy.attributes.b = 2
    expect(record.attributes).toEqual({ a: 1 })
  })
})
