import { expect, test } from 'vitest'
import { SlotCounts } from './slot-counts.ts'

function filled(): SlotCounts {
  const counts = new SlotCounts()
  for (const slot of [5, 7, 5, -2, 6, 7, 7]) counts.add(slot)
  return counts
}

test('a sum takes both its first and its last slot', () => {
  expect(filled().sum(5, 7)).toBe(6)
  expect(filled().sum(6, 6)).toBe(1)
  expect(filled().sum(-2, 4)).toBe(1)
  expect(filled().sum(8, 100)).toBe(0)
})

test('only slots that hold something take room, whatever order they came in', () => {
  expect(filled().size).toBe(4)
  expect(filled().toList()).toEqual([-2, 1, 5, 2, 6, 1, 7, 3])
})

test('forgetting keeps the slot that it names', () => {
  const counts = filled()
  counts.forgetBefore(6)
  expect(counts.toList()).toEqual([6, 1, 7, 3])
})

test('what was saved is taken back', () => {
  const counts = new SlotCounts()
  counts.load(filled().toList())
  counts.add(6)
  expect(counts.sum(-2, 7)).toBe(8)
})
