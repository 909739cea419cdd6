import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SlotGrid } from './slot-grid.ts'
import { time } from './time.ts'
import { makeWindow } from './window.ts'

test('a tumbling window is one slot', () => {
  const grid = new SlotGrid(makeWindow({ type: 'tumbling', size: 10, offset: 3 }))
  expect([2_999_999n, 3_000_000n, 12_999_999n, 13_000_000n].map((at) => grid.slotOf(at))).toEqual([
    -1, 0, 0, 1,
  ])
})

test('up to 64 slides a window, a slide is a slot', () => {
  expect(new SlotGrid(makeWindow({ type: 'sliding', size: 64, slide: 1 })).width).toBe(1_000_000n)
})

test('beyond 64 slides, and in continuous windows, 64 slots cover a window', () => {
  for (const window of [
    { type: 'sliding', size: 65, slide: 1 } as const,
    { type: 'sliding', size: 65 } as const,
  ]) {
    const { width } = new SlotGrid(makeWindow(window))
    expect(width * 64n >= 65_000_000n && (width - 1n) * 64n < 65_000_000n).toBe(true)
  }
})

test('the quick way for records finds the same slots, in any order of times', () => {
  const grid = new SlotGrid(makeWindow({ type: 'sliding', size: 3000, slide: 1000, offset: 1 }))
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -5_000_000_000n, max: 5_000_000_000n })), (times) => {
      for (const at of times) expect(grid.slotAt(time(at))).toBe(grid.slotOf(at))
    }),
  )
})
