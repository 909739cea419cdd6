import { LogRecord } from '@lacuna/sdk'
import { describe, expect, test } from 'vitest'
import { line, properties, run } from '../test/records.ts'
import fieldMapping from './index.ts'

const NAME = 'azure.resource.name'
const SIGNATURE = 'azure.open_ai.result_signature'
const signatures = (records: LogRecord[]) => records.map((record) => record.get(SIGNATURE))
const signed = (signature: string) => line({ resultSignature: `"${signature}"` })

test('the factory is field_mapping, of api version 1, and says that it changes records', () => {
  expect(fieldMapping).toMatchObject({ type: 'field_mapping', kind: 'processor', apiVersion: 1 })
  expect(run([line()]).records[0]?.get(NAME)).toBe('contoso-chat')
})

describe('one body, many records', () => {
  test('an envelope', () => {
    const { records, ledger, unaccounted } = run([
      `{"records":[${signed('200')},${signed('400')},${signed('429')}]}`,
    ])
    expect(signatures(records)).toEqual(['200', '400', '429'])
    expect(ledger.createdCount).toBe(2)
    expect(unaccounted).toBe(0)
    expect(records.map((record) => record.body)).toEqual([undefined, undefined, undefined])
  })

  test('a bare array', () => {
    const { records, unaccounted } = run([`[${signed('200')},${signed('400')}]`])
    expect(signatures(records)).toEqual(['200', '400'])
    expect(unaccounted).toBe(0)
  })

  test('lines, each a record, an envelope or a list; blank ones and CRLF do not matter', () => {
    const { records, unaccounted } = run([
      `${signed('200')}\r\n\n${`{"records":[${signed('400')},${signed('401')}]}`}\n[${signed('429')}]\n{"records":[]}\n`,
    ])
    expect(signatures(records)).toEqual(['200', '400', '401', '429'])
    expect(records[0]?.body).toBe(signed('200'))
    expect(unaccounted).toBe(0)
  })

  test('a byte order mark in front of a record', () => {
    expect(signatures(run([`\uFEFF${signed('200')}`]).records)).toEqual(['200'])
  })

  test('an envelope or a list without records is consumed', () => {
    const { records, ledger, unaccounted } = run(['{"records":[]}', '[]'])
    expect(records).toEqual([])
    expect(ledger.consumedCount).toBe(2)
    expect(ledger.droppedBy).toEqual({})
    expect(unaccounted).toBe(0)
  })

  test('what is wrong with one of them does not touch the others', () => {
    const bad = line({ properties: properties({ responseLength: '"x"' }) })
    const { records, ledger, unaccounted } = run([
      `{"records":[${signed('200')},5,null,"x",[${signed('1')}],{},${bad},${line({ category: '"Trace"' })},${signed('400')}]}`,
      `${signed('429')}\n{"torn":\n${signed('500')}`,
    ])
    expect(signatures(records)).toEqual(['200', '400', '429', '500'])
    expect(ledger.droppedBy).toEqual({ not_a_record: 5, bad_type: 1, category: 1, invalid_json: 1 })
    expect(unaccounted).toBe(0)
  })

  test('keep what the record had: resource, scope, observed time, attributes', () => {
    const resource = { attributes: { 'service.name': 'hub' }, droppedAttributesCount: 0 }
    const input = new LogRecord({
      body: `[${line()},${line()}]`,
      resource,
      hrTimeObserved: [5, 6],
      attributes: { partition: 3, 'cloud.provider': 'other' },
    })
    const { records } = run([input])
    for (const record of records) {
      expect(record.resource).toBe(resource)
      expect(record.hrTimeObserved).toEqual([5, 6])
      expect(record.get('partition')).toBe(3)
      expect(record.get('cloud.provider')).toBe('azure')
      expect(record.attributes).toMatchObject({
        partition: 3,
        'cloud.provider': 'azure',
        [NAME]: 'contoso-chat',
      })
    }
    expect(records).toHaveLength(2)
  })
})

test('a body that is a map, a list or bytes is mapped like its text', () => {
  const map = JSON.parse(line())
  const { records, unaccounted } = run([
    map,
    [map, map],
    { records: [map] },
    new TextEncoder().encode(line()),
  ])
  expect(records.map((record) => record.get(NAME))).toEqual(new Array(5).fill('contoso-chat'))
  expect(unaccounted).toBe(0)
})

test('bodies that hold no record are set aside, each with its reason', () => {
  const reasons: [unknown, string][] = [
    [undefined, 'empty'],
    [null, 'empty'],
    ['', 'empty'],
    [' \n ', 'empty'],
    ['not json', 'invalid_json'],
    ['{"a":', 'invalid_json'],
    ["{'time':'x'}", 'invalid_json'],
    [line().replace('API version', 'API\nversion'), 'invalid_json'],
    ['{\n"a": 1,\n}', 'invalid_json'],
    [line().slice(0, 300), 'invalid_json'],
    ['\u0000\u0001\ufffd', 'invalid_json'],
    ['5', 'not_a_record'],
    ['"text"', 'not_a_record'],
    ['null', 'not_a_record'],
    [true, 'not_a_record'],
    [5, 'not_a_record'],
    ['{}', 'not_a_record'],
    ['{"records":5}', 'not_a_record'],
    ['{"records":{"a":1}}', 'not_a_record'],
  ]
  for (const [body, reason] of reasons) {
    const { ledger, unaccounted } = run([body as string])
    expect(ledger.droppedBy, String(body)).toEqual({ [reason]: 1 })
    expect(unaccounted).toBe(0)
  }
})

describe('on_error', () => {
  const bodies = () => ['not json', line(), `[${line()},7]`, line({ category: '"Trace"' })]

  test('drop is the default', () => {
    const { records, ledger, unaccounted } = run(bodies())
    expect(records).toHaveLength(2)
    expect(ledger.droppedBy).toEqual({ invalid_json: 1, not_a_record: 1, category: 1 })
    expect(unaccounted).toBe(0)
  })

  test('pass passes on unchanged and counts', () => {
    const { records, ledger, unaccounted } = run(bodies(), { preset: 'azure_openai', on_error: 'pass' })
    expect(records.map((record) => record.body)).toEqual(['not json', line(), undefined, 7])
    expect(records[0]?.hasAttributes).toBe(false)
    expect(records[0]?.hrTime).toEqual([0, 0])
    expect(ledger.notes).toEqual({ invalid_json: 1, not_a_record: 1 })
    expect(ledger.droppedBy).toEqual({ category: 1 })
    expect(unaccounted).toBe(0)
  })

  test('attribute passes on with the reason', () => {
    const { records, ledger } = run(bodies(), { preset: 'azure_openai', on_error: 'attribute' })
    expect(records[0]?.attributes).toEqual({ 'lacuna.field_mapping.error': 'invalid_json' })
    expect(records[3]?.attributes).toEqual({ 'lacuna.field_mapping.error': 'not_a_record' })
    expect(records[1]?.get('lacuna.field_mapping.error')).toBeUndefined()
    expect(ledger.notes).toEqual({ invalid_json: 1, not_a_record: 1 })
  })
})

test('many records in a batch, so that templates are used, are all accounted for', () => {
  const bodies = Array.from({ length: 3000 }, (_, index) =>
    index % 7 === 0 ? 'broken' : index % 5 === 0 ? line({ category: '"Trace"' }) : signed(String(index)),
  )
  const { records, unaccounted } = run(bodies)
  expect(unaccounted).toBe(0)
  expect(signatures(records)).toEqual(
    bodies.flatMap((_, index) => (index % 7 === 0 || index % 5 === 0 ? [] : [String(index)])),
  )
})
