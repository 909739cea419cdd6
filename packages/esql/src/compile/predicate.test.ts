import { expect, test } from 'vitest'
import { errorOf, truth } from '../../test/evaluate.ts'

test('IS NULL holds for null, for what is missing, and for a multi-value of nothing', () => {
  expect(truth('a IS NULL')).toBe(true)
  expect(truth('a IS NULL', { a: null })).toBe(true)
  expect(truth('a IS NULL', { a: [] })).toBe(true)
  expect(truth('a IS NULL', { a: 0 })).toBe(false)
  expect(truth('a IS NULL', { a: '' })).toBe(false)
  expect(truth('a IS NOT NULL', { a: [1] })).toBe(true)
  expect(truth('a IS NOT NULL')).toBe(false)
  expect(truth('null IS NULL')).toBe(true)
})

test('LIKE compares texts only', () => {
  expect(truth('a LIKE "gpt-*"', { a: 'gpt-4o' })).toBe(true)
  expect(truth('a NOT LIKE "gpt-*"', { a: 'gpt-4o' })).toBe(false)
  expect(truth('a LIKE "GPT*"', { a: 'gpt-4o' })).toBe(false)
  expect(truth('a LIKE ("x*", "*4o")', { a: 'gpt-4o' })).toBe(true)
  expect(truth('a NOT LIKE ("x*", "y*")', { a: 'gpt-4o' })).toBe(true)
  expect(truth('a LIKE "1*"', { a: 12 })).toBe(null)
  expect(truth('a NOT LIKE "1*"')).toBe(null)
  expect(truth('a LIKE "x"', { a: ['x'] })).toBe(null)
  expect(errorOf('LENGTH(a) LIKE "1"')).toMatchObject({ code: 'type', offset: 0 })
})
