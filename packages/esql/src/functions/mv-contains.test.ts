import { expect, test } from 'vitest'
import { errorOf, truth } from '../../test/evaluate.ts'

test('every value of the second is among the values of the first', () => {
  expect(truth('MV_CONTAINS(a, "x")', { a: ['w', 'x'] })).toBe(true)
  expect(truth('MV_CONTAINS(a, "x")', { a: 'x' })).toBe(true)
  expect(truth('MV_CONTAINS(a, ["x", "y"])', { a: ['y', 'w', 'x'] })).toBe(true)
  expect(truth('MV_CONTAINS(a, ["x", "z"])', { a: ['y', 'x'] })).toBe(false)
  expect(truth('MV_CONTAINS(a, 2)', { a: [1n, 2n] })).toBe(true)
  expect(truth('MV_CONTAINS(TO_LOWER(a), "x")', { a: ['X'] })).toBe(true)
})

test('null is a multi-value of nothing', () => {
  expect(truth('MV_CONTAINS(a, b)', { a: ['x'] })).toBe(true)
  expect(truth('MV_CONTAINS(a, b)', { b: ['x'] })).toBe(false)
  expect(truth('MV_CONTAINS(a, b)')).toBe(true)
  expect(truth('MV_CONTAINS(a, b)', { a: [], b: [null] })).toBe(true)
})

test('values of different types are null, or refused when they are known', () => {
  expect(truth('MV_CONTAINS(a, 1)', { a: ['1'] })).toBe(null)
  expect(truth('MV_CONTAINS(a, 1)', { a: ['1', 1] })).toBe(true)
  expect(errorOf('MV_CONTAINS(["a"], 1)')).toMatchObject({ code: 'type', offset: 19 })
})
