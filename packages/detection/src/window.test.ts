import { expect, test } from 'vitest'
import { millis } from './time.ts'
import type { WindowOptions } from './window.ts'
import { firstStartAfter, lastStartUpTo, makeWindow, windowProblem } from './window.ts'

const DAY = 86_400_000

test.each<[string, WindowOptions, string]>([
  ['without a length', { type: 'tumbling', size: 0 }, 'size'],
  ['of more than 366 days', { type: 'sliding', size: 366 * DAY + 1 }, 'size'],
  ['that tumbles and slides', { type: 'tumbling', size: 10, slide: 5 }, 'slide'],
  ['that slides by nothing', { type: 'sliding', size: 10, slide: 0 }, 'slide'],
  ['whose slide does not divide its size', { type: 'sliding', size: 10, slide: 3 }, 'slide'],
  ['whose slide is longer than its size', { type: 'sliding', size: 10, slide: 20 }, 'slide'],
  ['of more than 100,000 slides', { type: 'sliding', size: 100_001, slide: 1 }, 'slide'],
  ['that is continuous and has an offset', { type: 'sliding', size: 10, offset: 1 }, 'offset'],
  ['with an offset of a whole size', { type: 'tumbling', size: 10, offset: 10 }, 'offset'],
  ['with an offset of a whole slide', { type: 'sliding', size: 10, slide: 5, offset: 5 }, 'offset'],
  ['with an offset below zero', { type: 'tumbling', size: 10, offset: -1 }, 'offset'],
])('a window %s is refused, and the refusal names the key', (_, options, key) => {
  expect(windowProblem(options)?.key).toBe(key)
  expect(() => makeWindow(options)).toThrow(`window.${key} `)
})

test.each<[WindowOptions]>([
  [{ type: 'tumbling', size: 1 }],
  [{ type: 'tumbling', size: 366 * DAY }],
  [{ type: 'sliding', size: 100_000, slide: 1 }],
  [{ type: 'sliding', size: 10, slide: 10, offset: 9 }],
  [{ type: 'sliding', size: 7 }],
])('%j is taken', (options) => {
  expect(windowProblem(options)).toBeUndefined()
})

test('windows of seven minutes are aligned to 1970, also before it', () => {
  const seven = { kind: 'tumbling', size: millis(420_000), slide: millis(420_000), offset: 0n } as const
  expect(makeWindow({ type: 'tumbling', size: 420_000 })).toEqual(seven)
  expect(lastStartUpTo(seven, 0n)).toBe(0n)
  expect(lastStartUpTo(seven, millis(420_000) - 1n)).toBe(0n)
  expect(lastStartUpTo(seven, -1n)).toBe(-millis(420_000))
  expect(firstStartAfter(seven, 0n)).toBe(millis(420_000))
  expect(firstStartAfter(seven, -1n)).toBe(0n)
})

test('an offset moves all starts', () => {
  const window = { kind: 'sliding', size: 10n, slide: 5n, offset: 2n } as const
  expect(lastStartUpTo(window, 6n)).toBe(2n)
  expect(lastStartUpTo(window, 7n)).toBe(7n)
  expect(lastStartUpTo(window, 1n)).toBe(-3n)
})
