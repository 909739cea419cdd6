import { expect, test } from 'vitest'
import { errorOf, evaluate } from '../../test/evaluate.ts'

const cast = (a: unknown, type: string) => evaluate(`a::${type}`, { a })

test('to integer and long: fractions are rounded, what does not fit is null', () => {
  expect(cast('12', 'integer')).toBe(12)
  expect(cast('12.5', 'int')).toBe(13)
  expect(cast(-2.5, 'long')).toBe(-2)
  expect(cast('2147483648', 'integer')).toBe(null)
  expect(cast('2147483648', 'long')).toBe(2147483648)
  expect(cast('-0009223372036854775808', 'long')).toBe(-9223372036854775808n)
  expect(cast('9223372036854775808', 'long')).toBe(null)
  expect(cast(1e19, 'long')).toBe(null)
  expect(cast(Number.NaN, 'long')).toBe(null)
  expect(cast(-0.2, 'long')).toBe(0)
  expect(cast(true, 'long')).toBe(1)
  expect(cast('1e3', 'long')).toBe(1000)
  for (const text of ['', ' 1', '1 ', '0x10', 'abc', '1_000', 'Infinity', '--1'])
    expect(cast(text, 'long')).toBe(null)
})

test('hostile digits cost their length', () => {
  const digits = '9'.repeat(1_000_000)
  expect(cast(digits, 'long')).toBe(null)
  expect(cast(`${digits}x`, 'long')).toBe(null)
  expect(cast(`${digits}.${digits}x`, 'double')).toBe(null)
})

test('to double', () => {
  expect(cast('1.5e3', 'double')).toBe(1500)
  expect(cast(2n ** 60n, 'double')).toBe(2 ** 60)
  expect(cast('1e999', 'double')).toBe(null)
  expect(cast('NaN', 'double')).toBe(null)
})

test('to string', () => {
  expect(cast(200, 'string')).toBe('200')
  expect(cast(9007199254740993n, 'keyword')).toBe('9007199254740993')
  expect(cast(true, 'string')).toBe('true')
  expect(cast(new Uint8Array(2), 'string')).toBe(null)
  expect(cast({ a: 1 }, 'string')).toBe(null)
  expect(evaluate('a::datetime::string', { a: 0 })).toBe('1970-01-01T00:00:00.000Z')
  expect(evaluate('a::ip::string', { a: '::FFFF:1.2.3.4' })).toBe('1.2.3.4')
})

test('to boolean: every text but true is false', () => {
  expect(['true', 'TRuE', 'yes', '', 0, 2, 0n, null].map((a) => cast(a, 'boolean'))).toEqual([
    true,
    true,
    false,
    false,
    false,
    true,
    false,
    null,
  ])
})

test('to ip and datetime', () => {
  expect(cast('2001:DB8:0:0:0:0:0:1', 'ip')).toBe('2001:db8::1')
  expect(cast('203.0.113.***', 'ip')).toBe(null)
  expect(cast('2026-01-01T00:00:00.1234567Z', 'datetime')).toBe(Date.UTC(2026, 0, 1) + 123)
  expect(cast('yesterday', 'date')).toBe(null)
  expect(cast(1.4, 'datetime')).toBe(1)
  expect(cast(1e17, 'datetime')).toBe(null)
  expect(evaluate('"2026-01-01"::datetime::long')).toBe(Date.UTC(2026, 0, 1))
})

test('each value of a multi-value is cast on its own', () => {
  expect(cast(['1', 'x', '2'], 'long')).toEqual([1, 2])
  expect(cast(['x'], 'long')).toBe(null)
})

test('a cast that can never work is refused', () => {
  expect(errorOf('1::ip')).toMatchObject({ code: 'type', offset: 0 })
  expect(errorOf('a::ip::long')).toMatchObject({ code: 'type', offset: 0, end: 5 })
  expect(errorOf('TRUE::datetime')).toMatchObject({ code: 'type' })
})
