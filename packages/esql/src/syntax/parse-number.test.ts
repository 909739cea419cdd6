import { expect, test } from 'vitest'
import { errorOf, evaluate } from '../../test/evaluate.ts'
import { parseExpression } from './parse.ts'

test('a number has the type that ES|QL gives it', () => {
  expect(parseExpression('1')).toMatchObject({ type: 'integer', value: 1 })
  expect(parseExpression('-2147483648')).toMatchObject({ type: 'integer', value: -2147483648, start: 0 })
  expect(parseExpression('2147483648')).toMatchObject({ type: 'long', value: 2147483648 })
  expect(parseExpression('1.')).toMatchObject({ type: 'double', value: 1 })
  expect(parseExpression('.5')).toMatchObject({ type: 'double', value: 0.5 })
  expect(parseExpression('1e3')).toMatchObject({ type: 'double', value: 1000 })
  expect(parseExpression('007')).toMatchObject({ type: 'integer', value: 7 })
})

test('an integer beyond 2^53 is an exact bigint', () => {
  expect(evaluate('9007199254740991')).toBe(9007199254740991)
  expect(evaluate('9007199254740993')).toBe(9007199254740993n)
  expect(evaluate('-9223372036854775808')).toBe(-9223372036854775808n)
  expect(evaluate('18446744073709551615')).toBe(18446744073709551615n)
})

test('an integer beyond 64 bits is a double, and one beyond doubles an error', () => {
  expect(evaluate('18446744073709551616')).toBe(2 ** 64)
  expect(evaluate('1'.repeat(100))).toBe(Number('1'.repeat(100)))
  expect(errorOf('1e400').message).toContain('too large')
  expect(errorOf('9'.repeat(1000)).message).toContain('too large')
})

test('a sign before a number belongs to it, before anything else it is an operator', () => {
  expect(evaluate('-1::string')).toBe('-1')
  expect(evaluate('+1')).toBe(1)
  expect(evaluate('2 -1')).toBe(1)
  expect(evaluate('- -1')).toBe(1)
  expect(evaluate('-a', { a: 3 })).toBe(-3)
  expect(evaluate('-0')).toBe(0)
})
