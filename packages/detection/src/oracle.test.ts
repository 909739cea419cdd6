import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Output } from './alert.ts'
import type { Detector } from './detector.ts'
import { createDetector } from './detector.ts'
import type { RecordReader } from './options.ts'
import type { TestRecord } from './oracle.fixture.ts'
import { createOracle } from './oracle.fixture.ts'
import type { Told } from './oracle-group.fixture.ts'
import type { Case, Step } from './oracle-streams.fixture.ts'
import { cases } from './oracle-streams.fixture.ts'
import { time } from './time.ts'

const reader: RecordReader<TestRecord> = {
  time: (record) => time(record.at),
  isCall: (record) => record.call,
  isMatch: (record) => record.match,
  groupKey: (record) => record.group,
  groupValues: (record) => [record.group],
  exception: (record) => record.exception,
  id: (record) => record.id,
  values: () => [],
  numbers: () => [],
}

/** In one step groups may be told in any order; what is told of one group has an order. */
function byGroup<T extends { group: readonly unknown[] }>(told: readonly T[]): T[] {
  const keys = [...new Set(told.map((one) => String(one.group[0])))].sort()
  return keys.flatMap((key) => told.filter((one) => String(one.group[0]) === key))
}

function plain(outputs: readonly Output[]): Told[] {
  return byGroup(
    outputs.map((output) => {
      if (output.kind !== 'alert') throw new Error('no group is given up here')
      const { kind, evidence, isContinued, ...alert } = output
      return { ...alert, firstSeen: evidence.firstSeen, lastSeen: evidence.lastSeen }
    }),
  )
}

function run(detector: Detector<TestRecord>, step: Step): readonly Output[] {
  if (step.do === 'add') return detector.add(step.source, step.record)
  if (step.do === 'tick') return detector.tick(time(step.wall), step.elapsed)
  if (step.do === 'close') return detector.close(step.source)
  detector.open(step.source, step.finite)
  return []
}

function expectation({ options, steps }: Case): {
  told: Told[][]
  counts: { noTime: number; late: number; duplicates: number; excepted: number[] }
} {
  const oracle = createOracle(options)
  const told = steps.map((step) => {
    if (step.do === 'add') return oracle.add(step.source, step.record)
    if (step.do === 'tick') return oracle.tick(step.wall, step.elapsed)
    if (step.do === 'close') return oracle.close(step.source)
    oracle.open(step.source, step.finite)
    return []
  })
  told.push(oracle.end())
  const { noTime, late, duplicate, excepted } = oracle.counts
  return { told: told.map(byGroup), counts: { noTime, late, duplicates: duplicate, excepted: [...excepted] } }
}

/** The same streams each time, so that a failure is the change's; ORACLE_SEED=n and ORACLE_RUNS=n look at others. */
const LIMITS = { seed: Number(process.env.ORACLE_SEED ?? 1), interruptAfterTimeLimit: 60_000 }
const RUNS = Number(process.env.ORACLE_RUNS ?? 1000)

test('a detector says at each step what counting everything again says', { timeout: 120_000 }, () => {
  let alerts = 0
  fc.assert(
    fc.property(cases, (one) => {
      const { told, counts } = expectation(one)
      const detector = createDetector(one.options, reader)
      one.steps.forEach((step, index) => {
        expect(plain(run(detector, step)), `step ${index}`).toEqual(told[index])
      })
      expect(plain(detector.end()), 'at the end').toEqual(told.at(-1))
      expect(detector.counts).toMatchObject(counts)
      alerts += told.flat().length
    }),
    { numRuns: RUNS, ...LIMITS },
  )
  expect(alerts).toBeGreaterThan(1000)
})

test('a detector restored at any point goes on as if nothing had happened', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: 3 }), (one, every) => {
      const detector = createDetector(one.options, reader)
      const stored = new Map<string, string>()
      const restored: { from: number; detector: Detector<TestRecord> }[] = []
      const compare = (
        outputs: readonly Output[],
        again: (other: Detector<TestRecord>) => readonly Output[],
      ) => {
        const told = plain(outputs)
        for (const { from, detector: other } of restored) {
          expect(plain(again(other)), `restored at ${from}`).toEqual(told)
        }
      }
      let wall = 0n
      one.steps.forEach((step, index) => {
        if (step.do === 'tick') wall = step.wall
        compare(run(detector, step), (other) => run(other, step))
        if (index % every !== 0) return
        const { header, entries } = detector.snapshot()
        for (const [key, value] of entries) {
          if (value === undefined) stored.delete(key)
          else stored.set(key, value)
        }
        const fresh = createDetector(one.options, reader)
        fresh.restore(header, [...stored])
        expect(fresh.tick(time(wall), 0), 'a restart tells nothing').toEqual([])
        restored.push({ from: index, detector: fresh })
      })
      compare(detector.end(), (other) => other.end())
    }),
    { numRuns: 100, ...LIMITS },
  )
})
