import { expect, test } from 'vitest'
import type { Output } from './alert.ts'
import type { Detector } from './detector.ts'
import { createDetector } from './detector.ts'
import type { DetectorOptions } from './options.ts'

/** Seconds since 1970; every record is a match of the one group. */
function detector(options: Partial<DetectorOptions> = {}): Detector<number> {
  return createDetector<number>(
    {
      ruleId: 'rule',
      window: { type: 'sliding', size: 60_000 },
      threshold: 1,
      recoverBelow: 1,
      trigger: 'on_threshold',
      updateInterval: 1000,
      maxOutOfOrderness: 0,
      allowedLateness: 0,
      idleTimeout: 60_000,
      maxFutureSkew: 10_000,
      maxGroups: 10,
      evidence: { lists: 0, numbers: 0 },
      ...options,
    },
    {
      time: (second) => [second, 0],
      isCall: () => true,
      isMatch: () => true,
      groupKey: () => 'g',
      groupValues: () => ['g'],
      exception: () => -1,
      id: () => undefined,
      values: () => [],
      numbers: () => [],
    },
  )
}

const said = (outputs: readonly Output[]) =>
  outputs.map((output) =>
    output.kind === 'alert' ? `${output.status} ${output.at / 1_000_000_000n}` : 'overflow',
  )

test('a match that waited is counted even when the watermark passes it in the same step', () => {
  const one = detector({ threshold: 4, recoverBelow: 1 })
  one.tick([1_000_000, 0], 0)
  for (const second of [1, 100, 105, 110]) one.add('a', second)
  // The third record after the jump to 100 s confirms it, and event time goes to 115 s at once.
  expect(said(one.add('a', 115))).toEqual(['open 115'])
  expect(one.counts).toMatchObject({ ahead: 3, late: 0, matches: 5 })
})

test('what only a wrong clock said is told at the end, also when windows are told as they close', () => {
  const one = detector({ window: { type: 'tumbling', size: 60_000 }, trigger: 'on_close' })
  one.tick([10, 0], 0)
  expect(said(one.add('a', 65))).toEqual([])
  expect(said(one.end())).toEqual(['open 120', 'resolved 120'])
})

test('a match that waited until it was late is counted as late by its own source', () => {
  const one = detector()
  one.open('a', false)
  one.tick([10, 0], 0)
  one.add('a', 1)
  one.add('b', 30)
  expect(one.counts.ahead).toBe(1)
  // With nobody speaking, event time goes on by the time that passes, past what waits.
  one.tick([10, 0], 60_000)
  one.tick([10, 0], 60_000)
  one.tick([100, 0], 0)
  one.add('a', 65)
  expect(one.lateBySource()).toEqual(new Map([['b', 1]]))
  expect(one.counts.late).toBe(1)
})
