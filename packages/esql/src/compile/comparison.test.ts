import { expect, test } from 'vitest'
import { truth } from '../../test/evaluate.ts'

test('values of different types compare as null', () => {
  expect(truth('a == 0', { a: '0' })).toBe(null)
  expect(truth('"0" == 0')).toBe(null)
  expect(truth('a == "200"', { a: 200 })).toBe(null)
  expect(truth('a != "200"', { a: 200 })).toBe(null)
  expect(truth('a == TRUE', { a: 'true' })).toBe(null)
  expect(truth('a < b', { a: 1, b: '2' })).toBe(null)
  expect(truth('a < TRUE', { a: false })).toBe(null)
  expect(truth('a == b', { a: new Uint8Array(1), b: new Uint8Array(1) })).toBe(null)
  expect(truth('a == b', { a: { x: 1 }, b: { x: 1 } })).toBe(null)
})

test('null and what is missing compare as null, with null too', () => {
  for (const operator of ['==', '!=', '<', '<=', '>', '>=']) {
    expect(truth(`a ${operator} 1`)).toBe(null)
    expect(truth(`a ${operator} null`, { a: 1 })).toBe(null)
    expect(truth(`null ${operator} null`)).toBe(null)
    expect(truth(`a ${operator} b`, { a: null, b: null })).toBe(null)
  }
})

test('a multi-value compares as null, whatever its length', () => {
  expect(truth('a == 0', { a: [0] })).toBe(null)
  expect(truth('a != 0', { a: [0, 1] })).toBe(null)
  expect(truth('a > 0', { a: [] })).toBe(null)
  expect(truth('a == [1, 2]', { a: [1, 2] })).toBe(null)
})

test('numbers of both kinds compare by their exact values', () => {
  expect(truth('a == 0', { a: 0.0 })).toBe(true)
  expect(truth('a == 0', { a: -0 })).toBe(true)
  expect(truth('a == 0', { a: 0n })).toBe(true)
  expect(truth('a == 0.0', { a: 0 })).toBe(true)
  expect(truth('a == 9007199254740993', { a: 9007199254740993n })).toBe(true)
  expect(truth('a == 9007199254740993', { a: 9007199254740992 })).toBe(false)
  expect(truth('a == 9007199254740994', { a: 9007199254740994 })).toBe(true)
  expect(truth('a < 9007199254740993', { a: 9007199254740992 })).toBe(true)
  expect(truth('a > 2.5', { a: 3n })).toBe(true)
  expect(truth('a == b', { a: 3n, b: 3 })).toBe(true)
})

test('NaN equals nothing and has no order', () => {
  expect(truth('a == a', { a: Number.NaN })).toBe(false)
  expect(truth('a != 1', { a: Number.NaN })).toBe(true)
  expect(truth('a < 1', { a: Number.NaN })).toBe(false)
  expect(truth('a >= 1', { a: Number.NaN })).toBe(false)
  expect(truth('a == b', { a: Number.NaN, b: 1n })).toBe(false)
})

test('each ordering works from both sides', () => {
  const cases = [
    ['<', true, false, false],
    ['<=', true, true, false],
    ['>', false, false, true],
    ['>=', false, true, true],
  ] as const
  for (const [operator, ...expected] of cases) {
    expect([1, 2, 3].map((a) => truth(`a ${operator} 2`, { a }))).toEqual(expected)
    expect([3, 2, 1].map((a) => truth(`2 ${operator} a`, { a }))).toEqual(expected)
    expect(['a', 'b', 'c'].map((a) => truth(`a ${operator} "b"`, { a }))).toEqual(expected)
    expect([1, 2, 3].map((a) => truth(`a ${operator} b`, { a, b: 2n }))).toEqual(expected)
    expect([1, 2, 3].map((a) => truth(`a::datetime ${operator} 2::datetime`, { a }))).toEqual(expected)
  }
})

test('texts are ordered by code point', () => {
  expect(truth('a < "😀"', { a: '\uff5e' })).toBe(true)
  expect(truth('a > "ab"', { a: 'abc' })).toBe(true)
  expect(truth('"Z" < "a"')).toBe(true)
})

test('beside an ip or a datetime a text is read as one', () => {
  expect(truth('a::ip == "2001:DB8::0:1"', { a: '2001:db8:0:0::1' })).toBe(true)
  expect(truth('"10.0.0.9"::ip < a', { a: '10.0.0.10' })).toBe(true)
  expect(truth('a::ip == "x"', { a: '10.0.0.1' })).toBe(null)
  expect(truth('a::ip != "10.0.0.1"', { a: '203.0.113.***' })).toBe(null)
  expect(truth('a::ip IN ("10.0.0.1", "::ffff:10.0.0.2")', { a: '10.0.0.2' })).toBe(true)
  expect(truth('@timestamp > "2026-01-01"::datetime', { '@timestamp': '2026-01-01T00:00:00.001Z' })).toBe(
    true,
  )
  expect(truth('@timestamp::datetime == "2026-01-01T01:00:00+01:00"', { '@timestamp': '2026-01-01' })).toBe(
    true,
  )
})
