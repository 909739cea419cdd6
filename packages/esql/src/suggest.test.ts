import { expect, test } from 'vitest'
import { nearest } from './suggest.ts'

test('a name with a slip finds the one that was meant', () => {
  const names = ['TO_LOWER', 'TO_UPPER', 'LENGTH', 'CASE']
  expect(nearest('to_lowr', names)).toBe('TO_LOWER')
  expect(nearest('LEN', names)).toBe(undefined)
  expect(nearest('lenght', names)).toBe('LENGTH')
  expect(nearest('CAS', names)).toBe('CASE')
  expect(nearest('x'.repeat(100_000), names)).toBe(undefined)
})
