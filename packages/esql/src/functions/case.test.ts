import { expect, test } from 'vitest'
import { errorOf, evaluate } from '../../test/evaluate.ts'

test('CASE yields the value behind the first condition that is true', () => {
  const source = 'CASE(n > 10, "many", n > 1, "some", "few")'
  expect([20, 5, 1, null].map((n) => evaluate(source, { n }))).toEqual(['many', 'some', 'few', 'few'])
  expect(evaluate('CASE(a, 1)', { a: false })).toBe(null)
  expect(evaluate('CASE(a, 1)', { a: [true] })).toBe(null)
  expect(evaluate('CASE(a == 1, b, c)', { a: 1, b: [1, 2] })).toEqual([1, 2])
})

test('COALESCE yields the first that is not null', () => {
  expect(evaluate('COALESCE(a, b, 3)', { b: 0 })).toBe(0)
  expect(evaluate('COALESCE(a, b, 3)', { a: [] })).toBe(3)
  expect(evaluate('COALESCE(a)')).toBe(null)
  expect(evaluate('COALESCE(a, 0) + 1')).toBe(1)
  expect(evaluate('COALESCE(a, 1) / 2', { a: 2.5 })).toBe(1.25)
})

test('alternatives of different types are refused', () => {
  expect(errorOf('COALESCE(a, 1, "x")')).toMatchObject({ code: 'type', offset: 15 })
  expect(errorOf('CASE(a, 1, TRUE)')).toMatchObject({ code: 'type', offset: 11 })
  expect(errorOf('CASE(1, 1)')).toMatchObject({ code: 'type', offset: 5 })
  expect(evaluate('CASE(FALSE, 1, 2.5)')).toBe(2.5)
})
