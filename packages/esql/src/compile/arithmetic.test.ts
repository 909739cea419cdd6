import { expect, test } from 'vitest'
import { errorOf, evaluate } from '../../test/evaluate.ts'

test('integers divide towards zero, doubles do not', () => {
  expect(evaluate('7 / 2')).toBe(3)
  expect(evaluate('-7 / 2')).toBe(-3)
  expect(evaluate('-7 % 5')).toBe(-2)
  expect(evaluate('-5 % 5')).toBe(0)
  expect(evaluate('7 / 2.0')).toBe(3.5)
  expect(evaluate('a / 2', { a: 7 })).toBe(3)
  expect(evaluate('a / 2', { a: 7.5 })).toBe(3.75)
  expect(evaluate('a::double / 2', { a: 7 })).toBe(3.5)
  expect(evaluate('1 / a', { a: 2n })).toBe(0)
  expect(evaluate('a / 2.0', { a: 7n })).toBe(3.5)
})

test('division by zero is null', () => {
  expect(evaluate('1 / 0')).toBe(null)
  expect(evaluate('1 % 0')).toBe(null)
  expect(evaluate('1.0 / 0')).toBe(null)
  expect(evaluate('a % b', { a: 1n, b: 0 })).toBe(null)
  expect(evaluate('a / b', { a: 1, b: 0n })).toBe(null)
  expect(evaluate('a / b', { a: 1.5, b: 0 })).toBe(null)
})

test('what overflows is null: 32 bits between integer literals, 64 bits between fields', () => {
  expect(evaluate('2147483647 + 1')).toBe(null)
  expect(evaluate('2147483648 + 1')).toBe(2147483649)
  expect(evaluate('-(-2147483648)')).toBe(null)
  expect(evaluate('a + 1', { a: 2147483647 })).toBe(2147483648)
  expect(evaluate('a + 1', { a: 9223372036854775807n })).toBe(null)
  expect(evaluate('a * a', { a: 4294967296 })).toBe(null)
  expect(evaluate('-a', { a: -9223372036854775808n })).toBe(null)
  expect(evaluate('a * 10', { a: 1e308 })).toBe(null)
  expect(evaluate('a * a', { a: 10n ** 5000n })).toBe(null)
})

test('longs are exact and come back as numbers where they can', () => {
  expect(evaluate('a + 1', { a: 9007199254740991 })).toBe(9007199254740992n)
  expect(evaluate('a - 1', { a: 9007199254740992n })).toBe(9007199254740991)
  expect(evaluate('a * 3', { a: 3002399751580331 })).toBe(9007199254740993n)
  expect(evaluate('a / 3', { a: 9007199254740993n })).toBe(3002399751580331)
})

test('what is no number is null, or refused when it is known', () => {
  expect(evaluate('a + 1', { a: '1' })).toBe(null)
  expect(evaluate('a + 1', { a: [1] })).toBe(null)
  expect(evaluate('a + 1')).toBe(null)
  expect(evaluate('null + 1')).toBe(null)
  expect(evaluate('-a', { a: true })).toBe(null)
  expect(evaluate('a + 1', { a: Number.NaN })).toBe(null)
  expect(errorOf('1 + "a"')).toMatchObject({ code: 'type', offset: 4, end: 7 })
  expect(errorOf('-"a"')).toMatchObject({ code: 'type', offset: 1 })
  expect(errorOf('a::datetime + 1')).toMatchObject({ code: 'type', offset: 0 })
})
