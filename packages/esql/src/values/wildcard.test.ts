import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wildcard } from './wildcard.ts'

/** The obvious matcher, exponential at worst. */
function naive(pattern: readonly string[], text: readonly string[]): boolean {
  const [head, ...rest] = pattern
  if (head === undefined) return text.length === 0
  if (head === '*') return naive(rest, text) || (text.length > 0 && naive(pattern, text.slice(1)))
  return text.length > 0 && (head === '?' || head === text[0]) && naive(rest, text.slice(1))
}

test('stars stand for any text and question marks for one code point', () => {
  expect(wildcard('a*c')('abc')).toBe(true)
  expect(wildcard('a*c')('ac')).toBe(true)
  expect(wildcard('ab*bc')('abc')).toBe(false)
  expect(wildcard('*')('')).toBe(true)
  expect(wildcard('')('')).toBe(true)
  expect(wildcard('')('a')).toBe(false)
  expect(wildcard('?')('😀')).toBe(true)
  expect(wildcard('*?')('😀')).toBe(true)
  expect(wildcard('a?*')('a')).toBe(false)
  expect(wildcard('*b?d*')('abcde')).toBe(true)
  expect(wildcard('a*')('a\nb')).toBe(true)
})

test('a backslash takes the next character as it is', () => {
  expect(wildcard('a\\*')('a*')).toBe(true)
  expect(wildcard('a\\*')('ab')).toBe(false)
  expect(wildcard('\\?\\\\')('?\\')).toBe(true)
  expect(wildcard('a\\')('a\\')).toBe(true)
})

test('it agrees with the obvious matcher', () => {
  const chars = fc.array(fc.constantFrom('a', 'b', '😀'), { maxLength: 10 })
  const patterns = fc.array(fc.constantFrom('a', 'b', '😀', '?', '*'), { maxLength: 8 })
  fc.assert(
    fc.property(patterns, chars, (pattern, text) => {
      expect(wildcard(pattern.join(''))(text.join(''))).toBe(naive(pattern, text))
    }),
    { numRuns: 2000 },
  )
})

test('a part with question marks may be longer than a word of bits', () => {
  const part = `${'a'.repeat(70)}?b`
  expect(wildcard(`*${part}*`)(`x${'a'.repeat(80)}bx`)).toBe(true)
  expect(wildcard(`*${part}*`)(`x${'a'.repeat(70)}b`)).toBe(false)
  expect(wildcard(`*${part}*`)(`x${'a'.repeat(70)}cb`)).toBe(true)
})

test('hostile text costs its length', () => {
  const text = 'a'.repeat(100_000)
  expect(wildcard(`${'*a'.repeat(500)}b`)(text)).toBe(false)
  expect(wildcard(`*${'a'.repeat(500)}?b*`)(text)).toBe(false)
  expect(wildcard(`*${'a?'.repeat(400)}b*`)(text)).toBe(false)
})
