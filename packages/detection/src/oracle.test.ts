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
import { nanos, time } from './time.ts'

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
      const { kind, evidence, ...alert } = output
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
  counts: unknown
  late: Map<string, number>
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
  return { told: told.map(byGroup), counts: oracle.counts, late: oracle.counts.lateBySource }
}

test('a detector says at each step what counting everything again says', () => {
  let alerts = 0
  fc.assert(
    fc.property(cases, (one) => {
      const { told } = expectation(one)
      const detector = createDetector(one.options, reader)
      one.steps.forEach((step, index) => {
        expect(plain(run(detector, step)), `step ${index}`).toEqual(told[index])
      })
      expect(plain(detector.end()), 'at the end').toEqual(told.at(-1))
      alerts += told.flat().length
    }),
    { numRuns: Number(process.env.ORACLE_RUNS ?? 2000) },
  )
  expect(alerts).toBeGreaterThan(1000)
})
