import { expect, test } from 'vitest'
import { toBoolean, toDouble, toInteger, toText } from './convert.ts'

test('an integer is a number or text of integral value that fits 64 bits', () => {
  expect(['0', '0.0', '-0', ' 1', '12', '1e3', '-7'].map(toInteger)).toEqual([
    0,
    0,
    0,
    undefined,
    12,
    1000,
    -7,
  ])
  expect([5, 5.5, Number.NaN, Number.POSITIVE_INFINITY, 1e19].map(toInteger)).toEqual([
    5,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  expect(toInteger('638620128000123457')).toBe(638620128000123457n)
  expect(toInteger('9223372036854775808')).toBeUndefined()
  expect(toInteger(2n ** 63n)).toBeUndefined()
  expect(toInteger(-(2n ** 63n))).toBe(-(2n ** 63n))
  for (const value of [null, true, [], {}, new Uint8Array(1), '', '1_000', '0x1', 'NaN', '1'.repeat(1000)]) {
    expect(toInteger(value), String(value)).toBeUndefined()
  }
})

test('a double is a number or a text of one', () => {
  expect([1.5, 3n, '2.5e-1', '-0'].map(toDouble)).toEqual([1.5, 3, 0.25, 0])
  for (const value of ['', 'x', '1.', '.5', 'Infinity', true, null, []])
    expect(toDouble(value)).toBeUndefined()
})

test('a text is made of anything but lists, maps and bytes', () => {
  expect(['a', 5, 5n, true].map(toText)).toEqual(['a', '5', '5', 'true'])
  for (const value of [null, [], {}, new Uint8Array(1)]) expect(toText(value)).toBeUndefined()
})

test('a boolean is one, or the text of one', () => {
  expect([true, false, 'true', 'FALSE', 'yes', 1, null].map(toBoolean)).toEqual([
    true,
    false,
    true,
    false,
    undefined,
    undefined,
    undefined,
  ])
})
