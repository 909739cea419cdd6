import { expect, test } from 'vitest'
import { gatherEvidence } from './evidence.ts'
import { MatchLog } from './match-log.ts'
import { SlotGrid } from './slot-grid.ts'
import { makeWindow } from './window.ts'

const shape = { lists: 1, numbers: 1 }

function logOf(
  rows: readonly (readonly [at: bigint, value?: string | undefined, number?: number])[],
  limit = 10_000,
): MatchLog {
  const log = new MatchLog(limit, new SlotGrid(makeWindow({ type: 'tumbling', size: 1 })))
  for (const [at, value, number] of rows) log.add({ at, id: undefined, values: [value], numbers: [number] })
  return log
}

test('only matches of the window are evidence: its start is in it, its end is not', () => {
  const log = logOf([
    [1n, 'a'],
    [2n, 'b'],
    [3n, 'c'],
    [4n, 'd'],
  ])
  const evidence = gatherEvidence(log, 2n, 4n, shape)
  expect(evidence).toMatchObject({ firstSeen: 2n, lastSeen: 3n, lists: [['b', 'c']], truncated: false })
})

test('a list has each value once, first seen first, and none for a match without', () => {
  const log = logOf([[3n, 'a'], [1n, 'b'], [2n, 'a'], [4n], [5n, 'b']])
  expect(gatherEvidence(log, 0n, 9n, shape).lists).toEqual([['b', 'a']])
})

test('a list ends at ten values, and the alert says so', () => {
  const ten = Array.from({ length: 10 }, (_, at) => [BigInt(at), `v${at}`] as const)
  expect(gatherEvidence(logOf(ten), 0n, 99n, shape)).toMatchObject({ truncated: false })
  const eleven = gatherEvidence(logOf([...ten, [50n, 'one more']]), 0n, 99n, shape)
  expect(eleven.lists[0]).toEqual(ten.map(([, value]) => value))
  expect(eleven.truncated).toBe(true)
})

test('numbers are summed up as least, middle, 95th percentile and greatest', () => {
  const rows = Array.from({ length: 20 }, (_, at) => [BigInt(at), undefined, 20 - at] as const)
  expect(gatherEvidence(logOf(rows), 0n, 99n, shape).numbers).toEqual([
    { min: 1, median: 10.5, p95: 19, max: 20 },
  ])
  expect(gatherEvidence(logOf([[1n, undefined, 7]]), 0n, 9n, shape).numbers).toEqual([
    { min: 7, median: 7, p95: 7, max: 7 },
  ])
})

test('no number at all is null, not zero', () => {
  expect(gatherEvidence(logOf([[1n, 'a']]), 0n, 9n, shape).numbers).toEqual([null])
})

test('numbers are those of the last 1,000 matches that have one', () => {
  const rows = Array.from({ length: 1001 }, (_, at) => [BigInt(at), undefined, at === 0 ? -5 : at] as const)
  const evidence = gatherEvidence(logOf(rows), 0n, 9999n, shape)
  expect(evidence.numbers[0]?.min).toBe(1)
  expect(evidence.truncated).toBe(true)
})

test('matches that are only counted make the evidence incomplete', () => {
  const log = logOf(
    [
      [1_000_000n, 'a'],
      [2_000_000n, 'b'],
      [3_000_000n, 'c'],
    ],
    2,
  )
  expect(gatherEvidence(log, 0n, 9_000_000n, shape)).toMatchObject({ lists: [['b', 'c']], truncated: true })
  expect(gatherEvidence(log, 2_000_000n, 9_000_000n, shape).truncated).toBe(false)
})

test('the timeline has twelve parts, and the last one holds the newest match', () => {
  const log = logOf([[1n], [13n], [24n]])
  expect(gatherEvidence(log, 1n, 25n, shape).timeline).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
})
