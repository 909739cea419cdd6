import { expect, test } from 'vitest'
import type { Match } from './match-log.ts'
import { MatchLog } from './match-log.ts'
import { SlotGrid } from './slot-grid.ts'
import { makeWindow } from './window.ts'

const grid = new SlotGrid(makeWindow({ type: 'tumbling', size: 1 }))
const match = (at: bigint, id?: string): Match => ({ at, id, values: [], numbers: [] })

function logOf(limit: number, ...times: bigint[]): MatchLog {
  const log = new MatchLog(limit, grid)
  for (const at of times) log.add(match(at))
  return log
}

test('matches stand in the order of their times, equal ones in the order in which they came', () => {
  const log = new MatchLog(10, grid)
  expect(log.add(match(5n, 'a')).index).toBe(0)
  expect(log.add(match(3n, 'b')).index).toBe(0)
  expect(log.add(match(5n, 'c')).index).toBe(2)
  expect(log.slice(0n, 9n).map(({ id }) => id)).toEqual(['b', 'a', 'c'])
})

test('a count takes its start and leaves out its end', () => {
  const log = logOf(10, 1n, 2n, 2n, 3n)
  expect(log.count(2n, 3n)).toBe(2)
  expect(log.count(1n, 4n)).toBe(4)
  expect(log.count(4n, 9n)).toBe(0)
})

test('beyond the limit the oldest are only counted, by their slot, and are given back', () => {
  const log = logOf(2, 1_000_000n, 2_000_000n)
  expect(log.hasFolded).toBe(false)
  expect(log.add(match(3_000_000n)).folded).toEqual([match(1_000_000n)])
  expect(log.length).toBe(2)
  expect(log.hasFolded).toBe(true)
  expect(log.count(0n, 4_000_000n)).toBe(3)
  expect(log.count(1_500_000n, 4_000_000n)).toBe(3)
  expect(log.isFoldedWithin(1_500_000n, 4_000_000n)).toBe(true)
  expect(log.isFoldedWithin(2_000_000n, 4_000_000n)).toBe(false)
})

test('a match older than all that is kept one by one is only counted itself', () => {
  const log = logOf(2, 5_000_000n, 6_000_000n)
  const { index, folded } = log.add(match(1_000_000n))
  expect(folded).toEqual([match(1_000_000n)])
  expect(index).toBe(-1)
  expect(log.timeOf(0)).toBe(5_000_000n)
})

test('forgetting gives back what it forgot, and keeps what lies at the moment', () => {
  const log = logOf(1000, ...Array.from({ length: 200 }, (_, at) => BigInt(at)))
  expect(log.forgetBefore(150n).length).toBe(150)
  expect(log.forgetBefore(150n)).toEqual([])
  expect(log.timeOf(0)).toBe(150n)
  expect(log.length).toBe(50)
  expect(log.firstFrom(160n)).toBe(10)
  expect(log.add(match(150n)).index).toBe(1)
})

test('a log that was saved and taken back counts the same', () => {
  const log = logOf(2, 1_000_000n, 2_000_000n, 3_000_000n)
  const { items, folded, foldedLive } = log.save()
  const again = new MatchLog(2, grid)
  again.load(items, folded, foldedLive)
  expect(again.count(0n, 4_000_000n)).toBe(3)
  expect(again.length).toBe(2)
})

test('asking for a match that is not there is an error', () => {
  expect(() => logOf(2, 1n).timeOf(1)).toThrow('no match 1 of 1')
})

test('a log knows whether any match of a stretch came for the first time', () => {
  const log = new MatchLog(10, grid)
  for (const at of [1n, 2n, 4n]) log.add({ ...match(at), isReplayed: true })
  log.add(match(3n))
  expect([log.hasLive(1n, 3n), log.hasLive(3n, 4n), log.hasLive(4n, 5n)]).toEqual([false, true, false])
})

test('a log remembers that of those it only counts one came for the first time', () => {
  const log = new MatchLog(1, grid)
  log.add(match(1_000_000n))
  for (const at of [2_000_000n, 3_000_000n]) log.add({ ...match(at), isReplayed: true })
  expect([log.hasLive(0n, 4_000_000n), log.hasLive(2_000_000n, 4_000_000n)]).toEqual([true, false])
  const { items, folded, foldedLive } = log.save()
  const again = new MatchLog(1, grid)
  again.load(items, folded, foldedLive)
  expect(again.hasLive(0n, 4_000_000n)).toBe(true)
})

test('a timeline counts each match in its part, an edge in the later one', () => {
  const log = logOf(10, 0n, 1n, 9n, 10n, 11n, 39n)
  expect(log.timeline(0n, 40n, 4)).toEqual([3, 2, 0, 1])
  expect(log.timeline(1n, 11n, 2)).toEqual([1, 2])
})

test('a timeline holds what is only counted too', () => {
  const log = logOf(2, 0n, 1_000_000n, 1_000_001n, 2_000_000n, 3_000_000n)
  expect(log.length).toBe(2)
  expect(log.timeline(0n, 4_000_000n, 4)).toEqual([1, 2, 1, 1])
})
