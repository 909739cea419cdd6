import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MatchLog } from './match-log.ts'
import { SlotGrid } from './slot-grid.ts'
import type { AlignedWindow } from './window.ts'
import { firstWindowBelow, firstWindowOver, highestCount, lastWindowOver } from './window-search.ts'

const cases = fc
  .record({
    slide: fc.bigInt({ min: 1n, max: 6n }),
    slides: fc.bigInt({ min: 1n, max: 6n }),
    shift: fc.bigInt({ min: 0n, max: 5n }),
    times: fc.array(fc.bigInt({ min: -20n, max: 40n }), { maxLength: 14 }),
    count: fc.integer({ min: 1, max: 4 }),
    first: fc.bigInt({ min: -8n, max: 8n }),
    length: fc.bigInt({ min: -1n, max: 12n }),
  })
  .map(({ slide, slides, shift, times, count, first, length }) => {
    const window: AlignedWindow = { kind: 'sliding', size: slide * slides, slide, offset: shift % slide }
    const log = new MatchLog(100, new SlotGrid(window))
    for (const at of times) log.add({ at, id: undefined, values: [], numbers: [] })
    const from = first * slide + window.offset
    const to = from + length * slide
    const starts: bigint[] = []
    for (let start = from; start <= to; start += slide) starts.push(start)
    const countAt = (start: bigint) => times.filter((at) => at >= start && at < start + window.size).length
    return { window, log, count, first: from, last: to, starts, countAt }
  })

test('the first and the last window over a count are those that looking at each one finds', () => {
  fc.assert(
    fc.property(cases, ({ window, log, count, first, last, starts, countAt }) => {
      const over = starts.filter((start) => countAt(start) >= count)
      expect(firstWindowOver(log, window, count, first, last)).toBe(over[0])
      expect(lastWindowOver(log, window, count, first, last)).toBe(over.at(-1))
    }),
    { numRuns: 1000 },
  )
})

test('the first window below a count is the one that looking at each finds', () => {
  fc.assert(
    fc.property(cases, ({ window, log, count, first, countAt }) => {
      let start = first
      while (countAt(start) >= count) start += window.slide
      expect(firstWindowBelow(log, window, count, first)).toBe(start)
    }),
    { numRuns: 1000 },
  )
})

test('the highest count is that of the fullest window', () => {
  fc.assert(
    fc.property(cases, ({ window, log, first, last, starts, countAt }) => {
      expect(highestCount(log, window, 0, first, last)).toBe(Math.max(0, ...starts.map(countAt)))
    }),
    { numRuns: 1000 },
  )
})
