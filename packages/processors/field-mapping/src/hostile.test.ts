import { expect, test } from 'vitest'
import { attributesOf, line, properties, propertiesObject, reasonsOf, run } from '../test/records.ts'

const P = 'azure.open_ai.properties.'

test('__proto__ and constructor are keys like any other and change nothing else', () => {
  const evil = '{"polluted":"yes"}'
  for (const key of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString']) {
    const attributes = attributesOf(
      line({ [key]: '"top"', properties: `{"${key}":"in","list":[{"${key}":${evil}}],"map":{"${key}":1}}` }),
    )
    const snake =
      key === '__proto__'
        ? '__proto__'
        : key === 'hasOwnProperty'
          ? 'has_own_property'
          : key === 'toString'
            ? 'to_string'
            : key
    expect(attributes[`azure.open_ai.${snake}`]).toBe('top')
    expect(attributes[`${P}${snake}`]).toBe('in')
    expect(attributes[`${P}map.${snake}`]).toBe(1)
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype)
    const [element] = attributes[`${P}list`] as object[]
    expect(Object.getPrototypeOf(element)).toBe(Object.prototype)
    expect(Object.hasOwn(element ?? {}, snake)).toBe(true)
  }
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  expect(reasonsOf(`{"__proto__":${line()}}`)).toEqual({ not_a_record: 1 })
})

test('of duplicate keys the last one counts', () => {
  const twice = line().replace('"resultSignature":"200"', '"resultSignature":"200","resultSignature":"500"')
  // Many times, so that no shape or template that was learnt says otherwise.
  const { records } = run([...new Array(200).fill(line()), ...new Array(200).fill(twice), line()])
  expect(records[0]?.get('azure.open_ai.result_signature')).toBe('200')
  expect(records[250]?.get('azure.open_ai.result_signature')).toBe('500')
  expect(records[400]?.get('azure.open_ai.result_signature')).toBe('200')
})

test('of two keys with one name the last one counts', () => {
  const text = line({ tenant: '"later"' })
  expect(attributesOf(text)['azure.open_ai.tenant']).toBe('later')
})

test('deep nesting is set aside', () => {
  const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  const deepList = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`
  expect(attributesOf(line({ deep: deep(12) }))[`azure.open_ai.deep${'.a'.repeat(12)}`]).toBe(1)
  for (const value of [deep(20), deepList(20), deep(100_000), deepList(100_000)]) {
    expect(reasonsOf(line({ deep: value }))).toEqual({ too_deep: 1 })
    expect(reasonsOf(line({ properties: `{"deep":${value}}` }))).toEqual({ too_deep: 1 })
    expect(reasonsOf(line({ properties: JSON.stringify(`{"deep":${value}}`) }))).toEqual({ too_deep: 1 })
    expect(reasonsOf(`{"records":${value}}`)).toMatchObject({ not_a_record: 1 })
  }
  expect(reasonsOf(deepList(1_000_000))).toEqual({ not_a_record: 1 })
})

test('very many keys and very long keys are set aside', () => {
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, '1']))
  expect(reasonsOf(line(many))).toEqual({ too_many_fields: 1 })
  expect(reasonsOf(line({ properties: propertiesObject(many) }))).toEqual({ too_many_fields: 1 })
  expect(reasonsOf(line({ list: `[${new Array(100_000).fill(1)}]` }))).toEqual({ too_many_fields: 1 })
  expect(reasonsOf(line({ ['k'.repeat(1000)]: '1' }))).toEqual({ key_too_long: 1 })
  const some = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, '1']))
  expect(attributesOf(line(some))['azure.open_ai.k499']).toBe(1)
})

test('a different shape in every record costs bounded memory and maps every one', () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => line({ [`key${index}`]: '"x"' }))
  const before = process.memoryUsage().heapUsed
  const { records } = run(lines)
  expect(records).toHaveLength(10_000)
  expect(records[9999]?.get('azure.open_ai.key9999')).toBe('x')
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(150e6)
})

test('huge numbers are kept as far as 64 bits hold them', () => {
  const attributes = attributesOf(
    line({ big: '9223372036854775807', bigger: '9223372036854775808', huge: '1e999' }),
  )
  expect(attributes['azure.open_ai.big']).toBe(9223372036854775807n)
  expect(attributes['azure.open_ai.bigger']).toBe(2 ** 63)
  expect(attributes['azure.open_ai.huge']).toBe(Number.POSITIVE_INFINITY)
  expect(reasonsOf(line({ durationMs: '1'.repeat(100_000) }))).toEqual({ bad_type: 1 })
})

test('lone surrogates, control characters and letters of any script pass through', () => {
  const odd = '\ud800 \u0000 \u202e ü 漢 \u{1f600}'
  const attributes = attributesOf(
    line({ event: JSON.stringify(odd), properties: properties({ modelName: JSON.stringify(odd) }) }),
  )
  expect(attributes['azure.open_ai.event']).toBe(odd)
  expect(attributes[`${P}model_name`]).toBe(odd)
})

test('more resource ids than are remembered are told apart', () => {
  const id = (index: number) => `"/subscriptions/s/resourceGroups/g${index}/providers/a/b/name-${index % 7}"`
  const lines = Array.from({ length: 30_000 }, (_, index) => line({ resourceId: id(index) }))
  const { records } = run(lines)
  for (const [index, record] of records.entries()) {
    if (record.get('azure.resource.group') !== `g${index}`)
      throw new Error(`record ${index} has another group`)
  }
  expect(records).toHaveLength(30_000)
})
