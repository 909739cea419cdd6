import { expect, test } from 'vitest'
import { truth } from '../../test/evaluate.ts'

test('IN finds a literal of the same type', () => {
  expect(truth('a IN ("x", "y")', { a: 'y' })).toBe(true)
  expect(truth('a IN ("x", "y")', { a: 'z' })).toBe(false)
  expect(truth('a NOT IN ("x", "y")', { a: 'z' })).toBe(true)
  expect(truth('a IN (1, 2.5)', { a: 2.5 })).toBe(true)
  expect(truth('a IN (TRUE)', { a: false })).toBe(false)
})

test('numbers of both kinds are found by their exact values', () => {
  expect(truth('a IN (1, 2)', { a: 2n })).toBe(true)
  expect(truth('a IN (0)', { a: -0 })).toBe(true)
  expect(truth('a IN (9007199254740994)', { a: 9007199254740994 })).toBe(true)
  expect(truth('a IN (9007199254740993)', { a: 9007199254740992 })).toBe(false)
  expect(truth('a IN (1)', { a: Number.NaN })).toBe(false)
})

test('null, another type and a multi-value give null unless something is equal', () => {
  expect(truth('a IN (1, null)', { a: 1 })).toBe(true)
  expect(truth('a IN (1, null)', { a: 2 })).toBe(null)
  expect(truth('a NOT IN (1, null)', { a: 2 })).toBe(null)
  expect(truth('a IN ("x", 1)', { a: 'y' })).toBe(null)
  expect(truth('a IN ("x")')).toBe(null)
  expect(truth('a IN ("x")', { a: ['x'] })).toBe(null)
  expect(truth('a IN ("x")', { a: { x: 1 } })).toBe(null)
})

test('a list may hold fields and expressions', () => {
  expect(truth('a IN (b, c + 1)', { a: 3, b: 1, c: 2 })).toBe(true)
  expect(truth('a IN (b, c)', { a: 3, b: 1 })).toBe(null)
  expect(truth('a IN (b, c)', { a: 3, b: 1, c: 2 })).toBe(false)
  expect(truth('2 IN (1, 2)')).toBe(true)
})
