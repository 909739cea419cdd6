import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodePosition, encodePart, encodePosition, MAX_PARTS, type Part } from './position.ts'

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const part: fc.Arbitrary<Part> = fc.record({
  dev: uint64,
  ino: uint64,
  mtime: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  done: fc.boolean(),
  head: fc.record({ bytes: fc.nat(1024), sum: fc.constantFrom('', '0123456789abcdef') }),
  at: fc.maxSafeNat(),
  tail: fc.record({ bytes: fc.nat(64), sum: fc.nat(2 ** 32 - 1).map(String) }),
})

test('a position comes back as it went', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      expect(decodePosition(encodePosition(parts.map(encodePart)))).toEqual(parts)
    }),
  )
})

test('any other text is refused and none throws', () => {
  const one = '1.2.3.0.0..5.0.'
  expect(decodePosition(`file1:${one}`)).toHaveLength(1)
  for (const text of ['', '17', 'file1:', `file2:${one}`, `file1:${one},`, `file1:${one}x`, `file1:-${one}`])
    expect(decodePosition(text)).toBeUndefined()
  expect(
    decodePosition(
      `file1:${Array(MAX_PARTS + 1)
        .fill(one)
        .join()}`,
    ),
  ).toBeUndefined()
  expect(decodePosition(`file1:${'1'.repeat(100_000)}`)).toBeUndefined()
  fc.assert(fc.property(fc.string(), (text) => decodePosition(`file1:${text}`) === undefined))
})
