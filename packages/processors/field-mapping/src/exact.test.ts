import { expect, test } from 'vitest'
import { Envelope, exactInteger, exactRecord, parseExact } from './exact.ts'

test('exact parsing gives bigints beyond 2^53 and numbers otherwise', () => {
  expect(parseExact('{"a":9007199254740991,"b":[9007199254740993],"c":1e20,"d":"9007199254740993"}')).toEqual(
    {
      a: 9007199254740991,
      b: [9007199254740993n],
      c: 1e20,
      d: '9007199254740993',
    },
  )
  expect(exactInteger('9007199254740993')).toBe(9007199254740993n)
  expect(exactInteger('1.0')).toBeUndefined()
  expect(parseExact('{')).toBeUndefined()
  // The engine walks a revived value recursively.
  expect(() => parseExact(`${'['.repeat(1e6)}${']'.repeat(1e6)}`)).not.toThrow()
})

test('the records of an envelope are found in its text', () => {
  const envelope = new Envelope('{"records":[{"a":9007199254740993},5]}', 'records')
  expect(exactRecord({ envelope, index: 0 })).toEqual({ a: 9007199254740993n })
  expect(exactRecord({ envelope, index: 7 })).toBeUndefined()
  expect(exactRecord({ envelope: new Envelope('[1,2]', undefined), index: 1 })).toBe(2)
  expect(exactRecord({ envelope: new Envelope('[broken', undefined), index: 1 })).toBeUndefined()
  expect(exactRecord(undefined)).toBeUndefined()
})
