import { expect, test } from 'vitest'
import { condition } from './schema.ts'

test('a field for a condition gives its text', () => {
  expect(condition().parse('any.name == 1 AND other LIKE "a*"')).toBe('any.name == 1 AND other LIKE "a*"')
})

test('a field for a condition says where it is wrong, and the nearest name', () => {
  expect(condition().safeParse('a == 1 AND TO_LOWR(b) == "x"').error?.issues).toMatchObject([
    { code: 'custom', params: { offset: 11, suggestion: expect.stringContaining('TO_LOWER') } },
  ])
  expect(condition().safeParse('a ==').success).toBe(false)
})

test('a field for a condition refuses what is no text', () => {
  expect(condition().safeParse(7).success).toBe(false)
})
