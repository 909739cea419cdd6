import { expect, it } from 'vitest'
import { sparkline } from './sparkline.ts'

const HOUR = ['2026-09-14T08:00:00.000000000Z', '2026-09-14T09:00:00.000000000Z'] as const

it('draws a bar for each part of the window, the lowest for nothing and the highest for the most', () => {
  expect(sparkline([0, 1, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512], ...HOUR)).toBe(
    '`▁▂▁▂▂▂▂▂▂▃▅█` at most 512 in 5m',
  )
  expect(sparkline([1, 0], undefined, 'x')).toBe('`█▁` at most 1')
})

it('draws nothing where there are no counts', () => {
  for (const counts of [
    undefined,
    null,
    [],
    [0, 0],
    [1, 'x'],
    [1, -1],
    [Number.NaN],
    'x',
    Array(61).fill(1),
  ]) {
    expect(sparkline(counts, ...HOUR)).toBeUndefined()
  }
})
