import { LogRecord } from '@lacuna/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { line, properties, propertiesObject } from '../../../test/records.ts'
import { isMap, parseJson } from '../../json.ts'
import type { Mapped, Preset, Reason } from '../preset.ts'
import { DERIVED } from './derived.ts'
import { mapSlowly } from './general.ts'
import { azureOpenAi } from './index.ts'
import { resourceIdCache } from './resource-id.ts'

// A record can be mapped in three ways: from its text by a template, by walking its parsed shape, and the general
// way. The general way is the oracle of the other two.

const LEARN = 64
const split = resourceIdCache()

function mapParsed(preset: Preset, text: string): Mapped | Reason {
  const value = parseJson(text)
  if (!isMap(value)) throw new Error('not a map')
  return preset.map(value, new LogRecord(), text)
}

function mapGeneral(text: string): Mapped | Reason {
  const value = parseJson(text)
  if (!isMap(value)) throw new Error('not a map')
  return mapSlowly(value, new LogRecord(), text, split)
}

/** Names that are there, names that may be, and names that never are. */
function namesToAsk(mapped: Mapped): string[] {
  return [
    ...Object.keys(mapped.all()),
    ...DERIVED.keys(),
    'azure.open_ai.properties',
    'azure.open_ai.properties.response_length',
    'azure.open_ai.properties.request_size',
    'azure.open_ai.nothing',
    '__proto__',
    'constructor',
    'azure.open_ai.__proto__',
  ]
}

function expectSame(actual: Mapped | Reason, expected: Mapped | Reason): void {
  if (typeof expected === 'string' || typeof actual === 'string') {
    expect(actual).toBe(expected)
    return
  }
  const all = expected.all()
  expect(actual.time).toEqual(expected.time)
  for (const name of namesToAsk(expected)) {
    expect(actual.get(name), name).toEqual(Object.hasOwn(all, name) ? all[name] : undefined)
    expect(expected.get(name), name).toEqual(Object.hasOwn(all, name) ? all[name] : undefined)
  }
  expect(actual.all()).toEqual(all)
}

const text = fc.oneof(
  fc.constantFrom(
    '',
    '200',
    '0',
    '12.0',
    'ChatCompletions_Create',
    'Streaming',
    '__proto__',
    '638620128000123457',
  ),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const scalar = fc.oneof(
  text.map((one) => JSON.stringify(one)),
  fc.constantFrom(
    '0',
    '-0',
    '0.0',
    '1e3',
    '1e400',
    '-12',
    '638620128000123457',
    '9223372036854775808',
    '2.5',
    'null',
    'true',
  ),
  fc.integer().map(String),
)
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { arbitrary: scalar, weight: 12 },
    { arbitrary: fc.array(tie('json'), { maxLength: 3 }).map((list) => `[${list.join(',')}]`), weight: 1 },
    {
      arbitrary: fc.dictionary(fc.string({ maxLength: 8 }), tie('json'), { maxKeys: 3 }).map(object),
      weight: 1,
    },
  ),
}))
const NAMES = [
  'time',
  'resourceId',
  'category',
  'Category',
  'operationName',
  'resultSignature',
  'durationMs',
  'correlationId',
  'location',
  'Tenant',
  'tenant',
  'properties',
  'Properties',
  'responseLength',
  'response_length',
  'requestSize',
  'requestLength',
  'requestTime',
  'fooLength',
  'modelName',
  'streamType',
  '__proto__',
  'constructor',
  'records',
  '7',
]
const key = fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 6 }))
const fields = fc.dictionary(key, json, { maxKeys: 6 })
const category = fc.constantFrom('"RequestResponse"', '"GatewayLogs"', '"Audit"')

function object(map: Record<string, string>): string {
  return `{${Object.entries(map)
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join(',')}}`
}

const anyRecord = fc
  .record({ top: fields, inner: fields, category, asText: fc.boolean(), genuine: fc.boolean() })
  .map(({ top, inner, category: one, asText, genuine }) => {
    const changed = genuine ? propertiesObject(inner) : object(inner)
    const both = { category: one, properties: asText ? JSON.stringify(changed) : changed, ...top }
    return genuine ? line(both) : object({ time: '"2026-09-14T10:00:00Z"', ...both })
  })

test('what the walk over a shape says is what the general way says, for any record', () => {
  const preset = azureOpenAi()
  fc.assert(
    fc.property(anyRecord, (record) => {
      const expected = mapGeneral(record)
      expectSame(mapParsed(preset, record), expected)
      // Now that the shape is known.
      expectSame(mapParsed(preset, record), expected)
    }),
    { numRuns: 2000 },
  )
})

test('what a template says is what the general way says, for any record whose shape was learnt', () => {
  let matched = 0
  const simple = fc.dictionary(
    fc.constantFrom(...NAMES),
    fc.oneof({ arbitrary: fc.integer().map(String), weight: 4 }, scalar),
    { maxKeys: 4 },
  )
  const record = fc.tuple(simple, simple, category, fc.boolean()).map(([top, inner, one, asText]) => {
    const inside = propertiesObject(inner)
    return line({ category: one, properties: asText ? JSON.stringify(inside) : inside, ...top })
  })
  fc.assert(
    fc.property(record, (text) => {
      const preset = azureOpenAi()
      for (let count = 0; count < LEARN; count++) mapParsed(preset, text)
      const mapped = preset.mapText?.(text, new LogRecord())
      if (mapped === undefined) return
      matched++
      expectSame(mapped, mapGeneral(text))
    }),
    { numRuns: 500 },
  )
  expect(matched).toBeGreaterThan(20)
})

test('what a template that was learnt from one record says of another is what the general way says', () => {
  let matched = 0
  const preset = azureOpenAi()
  for (let count = 0; count < LEARN; count++) mapParsed(preset, line())
  const words = fc.oneof({ arbitrary: fc.string().map((one) => JSON.stringify(one)), weight: 9 }, scalar)
  const digits = fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }).map(String)
  const numbers = fc.oneof(
    { arbitrary: fc.integer().map(String), weight: 9 },
    { arbitrary: digits, weight: 3 },
    scalar,
  )
  const times = fc.constantFrom(
    '"2026-09-14T10:00:00.1234567Z"',
    '"2026-13-14T10:00:00.1234567Z"',
    '"2024-02-29T23:59:59.0000000Z"',
    '"2026-09-14T24:00:00.1234567Z"',
  )
  const change = fc.record(
    {
      time: times,
      resourceId: words,
      operationName: words,
      resultSignature: words,
      durationMs: numbers,
      location: words,
    },
    { requiredKeys: [] },
  )
  const inner = fc.record(
    { responseLength: numbers, requestLength: numbers, requestTime: numbers, modelName: words },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(change, inner, (top, within) => {
      const record = line({ ...top, properties: properties(within) })
      const mapped = preset.mapText?.(record, new LogRecord())
      if (mapped === undefined) return
      matched++
      expectSame(mapped, mapGeneral(record))
    }),
    { numRuns: 3000 },
  )
  expect(matched).toBeGreaterThan(100)
})

test('a template takes nothing for JSON that is none', () => {
  const preset = azureOpenAi()
  for (let count = 0; count < LEARN; count++) mapParsed(preset, line())
  const genuine = line()
  expect(preset.mapText?.(genuine, new LogRecord())).toBeDefined()
  fc.assert(
    fc.property(
      fc.nat({ max: genuine.length - 1 }),
      fc.constantFrom('', '"', '\\', ',', '{', '}', '\n', '\u0001', '0', 'x', ' ', '\\"'),
      fc.nat({ max: 2 }),
      (at, put, cut) => {
        const spoilt = genuine.slice(0, at) + put + genuine.slice(at + cut)
        const mapped = preset.mapText?.(spoilt, new LogRecord())
        if (mapped !== undefined) expectSame(mapped, mapGeneral(spoilt))
      },
    ),
    { numRuns: 5000 },
  )
})
