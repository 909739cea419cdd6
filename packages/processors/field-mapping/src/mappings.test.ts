import { LogRecord } from '@lacuna/sdk'
import { describe, expect, test } from 'vitest'
import { line, run } from '../test/records.ts'

type Mappings = NonNullable<Parameters<typeof run>[1]>['mappings']

/** Attributes after mappings without a preset. */
function mapped(body: string | object | LogRecord, mappings: Mappings) {
  const { records, ledger } = run([body as string], { mappings })
  return records[0]?.attributes ?? ledger.droppedBy
}

describe('without a preset', () => {
  test('from walks the parsed body, in maps and through dotted keys', () => {
    const body = '{"a":{"b":{"c":5}},"d.e":"x","list":[1,2]}'
    expect(
      mapped(body, [
        { from: 'a.b.c', to: 'one' },
        { from: 'd.e', to: 'two' },
        { from: 'a.b', to: 'map' },
        { from: 'list', to: 'list' },
        { from: 'a.x.c', to: 'missing' },
        { value: 'here', to: 'site' },
      ]),
    ).toEqual({ one: 5, two: 'x', map: { c: 5 }, list: [1, 2], site: 'here' })
  })

  test('a body that is a map, and the attributes that the record has, can be read', () => {
    const record = new LogRecord({ body: { level: 'info' }, attributes: { host: 'a' } })
    expect(
      mapped(record, [
        { from: 'level', to: 'log.level' },
        { from: 'host', to: 'host.name' },
        { drop: 'host' },
      ]),
    ).toEqual({
      'log.level': 'info',
      'host.name': 'a',
    })
  })

  test('a body that is no JSON is no error; the constants are set', () => {
    expect(
      mapped('plain text', [
        { value: 1, to: 'one' },
        { from: 'body', to: 'message' },
        { from: 'a.b', to: 'c' },
      ]),
    ).toEqual({
      one: 1,
      message: 'plain text',
    })
  })

  test('an envelope stays one record', () => {
    const { records, unaccounted } = run([`{"records":[${line()},${line()}]}`], {
      mappings: [{ value: 1, to: 'x' }],
    })
    expect(records).toHaveLength(1)
    expect(unaccounted).toBe(0)
  })

  test('__proto__ can be read and written like any other name', () => {
    const attributes = mapped('{"__proto__":{"x":1}}', [{ from: '__proto__.x', to: '__proto__' }])
    expect(Object.getOwnPropertyDescriptor(attributes, '__proto__')?.value).toBe(1)
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype)
    expect(mapped('{}', [{ from: 'constructor.name', to: 'x' }])).toEqual({})
  })
})

test('types convert, and what cannot be converted is a bad_type', () => {
  const body = '{"n":"12","f":"1.5","b":"true","i":7,"m":{"a":1}}'
  expect(
    mapped(body, [
      { from: 'n', to: 'n', type: 'integer' },
      { from: 'f', to: 'f', type: 'double' },
      { from: 'b', to: 'b', type: 'boolean' },
      { from: 'i', to: 'i', type: 'string' },
    ]),
  ).toEqual({ n: 12, f: 1.5, b: true, i: '7' })
  expect(mapped(body, [{ from: 'f', to: 'x', type: 'integer' }])).toEqual({ bad_type: 1 })
  expect(mapped(body, [{ from: 'm', to: 'x', type: 'string' }])).toEqual({ bad_type: 1 })
  expect(mapped(body, [{ from: 'n', to: 'x', type: 'boolean' }])).toEqual({ bad_type: 1 })
})

test('@timestamp sets the time of the record, and must be a time', () => {
  const { records } = run(['{"at":"2026-09-14T10:00:00.5Z"}'], {
    mappings: [{ from: 'at', to: '@timestamp' }],
  })
  expect(records[0]?.hrTime).toEqual([Date.UTC(2026, 8, 14, 10) / 1000, 500_000_000])
  expect(records[0]?.attributes).toEqual({ '@timestamp': '2026-09-14T10:00:00.500Z' })
  expect(mapped('{"at":"soon"}', [{ from: 'at', to: '@timestamp' }])).toEqual({ bad_time: 1 })
  expect(mapped('{"at":5}', [{ from: 'at', to: '@timestamp' }])).toEqual({ bad_time: 1 })
})

describe('after a preset', () => {
  const mappings: Mappings = [
    { from: 'azure.resource.name', to: 'service.name' },
    { from: 'service.name', to: 'again' },
    { from: 'azure.open_ai.properties.request_length', to: 'bytes', type: 'string' },
    { drop: 'azure.open_ai.event' },
    { value: 'soc', to: 'team' },
  ]

  test('they see what the preset made, and what those before them made', () => {
    const [record] = run([line()], { preset: 'azure_openai', mappings }).records
    expect(record?.get('service.name')).toBe('contoso-chat')
    expect(record?.get('again')).toBe('contoso-chat')
    expect(record?.get('azure.open_ai.event')).toBeUndefined()
    expect(record?.get('azure.open_ai.result_signature')).toBe('200')
    expect(record?.attributes).toMatchObject({ 'service.name': 'contoso-chat', bytes: '2010', team: 'soc' })
    expect(record?.attributes).not.toHaveProperty(['azure.open_ai.event'])
  })

  test('a record that one of them refuses is as it was', () => {
    const input = new LogRecord({ body: line(), attributes: { kept: 1 }, hrTime: [1, 2] })
    const { records, ledger } = run([input], {
      preset: 'azure_openai',
      on_error: 'pass',
      mappings: [...mappings, { from: 'azure.resource.name', to: 'x', type: 'integer' }],
    })
    expect(records[0]?.attributes).toEqual({ kept: 1 })
    expect(records[0]?.hrTime).toEqual([1, 2])
    expect(records[0]?.body).toBe(line())
    expect(ledger.notes).toEqual({ bad_type: 1 })
  })
})
