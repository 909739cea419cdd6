import { LogRecord } from '@lacuna/sdk'
import { expect, test } from 'vitest'
import { line, properties, propertiesObject } from '../../../test/records.ts'
import { isMap, parseJson } from '../../json.ts'
import { azureOpenAi } from './index.ts'

function learnt(text: string, times = 64) {
  const preset = azureOpenAi()
  const map = (one: string) => {
    const value = parseJson(one)
    if (isMap(value)) preset.map(value, new LogRecord(), one)
  }
  for (let count = 0; count < times; count++) map(text)
  return { preset, map, match: (one: string) => preset.mapText?.(one, new LogRecord()) }
}

test('genuine records are mapped from their text once 64 of them were parsed, and not before', () => {
  expect(learnt(line(), 63).match(line())).toBeUndefined()
  expect(learnt(line()).match(line())?.get('azure.open_ai.properties.response_length')).toBe(0)
})

test('records with an object for properties, blanks behind commas, or other values match too', () => {
  const inObject = line({ properties: propertiesObject() })
  expect(learnt(inObject).match(inObject)).toBeDefined()
  const blanks = JSON.stringify(JSON.parse(line()), undefined, 1)
    .replaceAll('\n ', ' ')
    .replace('{ ', '{')
    .replace('\n}', '}')
  expect(learnt(blanks).match(blanks)).toBeDefined()
  expect(learnt(line()).match(blanks)).toBeDefined()
  const other = line({
    correlationId: '"x"',
    properties: properties({ responseLength: '77', modelName: '"ü"' }),
  })
  expect(learnt(line()).match(other)?.get('azure.open_ai.properties.response_length')).toBe(77)
})

test('a value of another type, another category, a further key or an escape is left to the parser', () => {
  const { match } = learnt(line())
  for (const other of [
    line({ properties: properties({ responseLength: '"0"' }) }),
    line({ properties: properties({ responseLength: '0.0' }) }),
    line({ properties: properties({ fooLength: '"abc"' }) }),
    line({ fooLength: '"abc"' }),
    line({ category: '"Audit"' }),
    line({ event: '"a\\u0062c"' }),
    line({ time: '"2026-02-30T10:00:00.1234567Z"' }),
    `${line()}x`,
    ` ${line()}`,
    line().slice(0, -1),
  ]) {
    expect(match(other), other).toBeUndefined()
  }
})

test('an attribute that is asked for often becomes part of the template', () => {
  const name = 'azure.open_ai.properties.object_id'
  const { match, map } = learnt(line())
  const ask = () => match(line())?.get(name)
  for (let count = 0; count < 256; count++) expect(ask()).toBe('bc9adaae-d37c-446e-a1ba-9cae02182ecb')
  // The templates are learnt again, now with it.
  expect(match(line())).toBeUndefined()
  for (let count = 0; count < 64; count++) map(line())
  expect(ask()).toBe('bc9adaae-d37c-446e-a1ba-9cae02182ecb')
})

test('of many shapes the ones that are met most are kept', () => {
  const { match, map } = learnt(line())
  for (let shape = 0; shape < 40; shape++) {
    for (let count = 0; count < 10; count++) expect(match(line())).toBeDefined()
    for (let count = 0; count < 64; count++) map(line({ [`more${shape}`]: '1' }))
  }
  expect(match(line())).toBeDefined()
  expect(match(line({ more39: '1' }))).toBeDefined()
  expect(match(line({ more20: '1' }))).toBeUndefined()
})

test('texts that were made to be hard for a regular expression take no time', () => {
  const { match } = learnt(line())
  const start = line().slice(0, line().indexOf('CONTOSO'))
  const before = performance.now()
  for (const tail of ['a'.repeat(60_000), '\\"'.repeat(30_000), '0'.repeat(60_000), '", "'.repeat(15_000)]) {
    expect(match(start + tail)).toBeUndefined()
    expect(match(line({ durationMs: '1'.repeat(60_000) }))).toBeUndefined()
  }
  expect(match('x'.repeat(50_000_000))).toBeUndefined()
  expect(performance.now() - before).toBeLessThan(2000)
})

test('what is taken out of a long line does not keep the line alive', () => {
  // 20,000 remembered ids out of lines of 10 kB each would be 200 MB.
  const { match } = learnt(line({ event: `"${'e'.repeat(10)}"` }))
  const ids: unknown[] = []
  const heapBefore = process.memoryUsage().heapUsed
  for (let count = 0; count < 20_000; count++) {
    const text = Buffer.from(
      line({ correlationId: `"3986c628-deaa-40e0-8c51-${count + 1e11}"`, event: `"${'e'.repeat(10_000)}"` }),
    )
    const mapped = match(text.toString('latin1'))
    ids.push(mapped?.get('azure.open_ai.correlation_id'), mapped?.get('azure.resource.name'))
  }
  expect(ids[0]).toBe('3986c628-deaa-40e0-8c51-100000000000')
  expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(100e6)
  expect(ids).toHaveLength(40_000)
})
