import type { Output } from './alert.ts'
import { createDetector } from './detector.ts'
import type { GroupValue } from './ids.ts'
import type { DetectorOptions } from './options.ts'
import type { Time } from './time.ts'
import { nanos, time } from './time.ts'

/** A record of a test: a match of group `a` unless it says otherwise. */
export interface TestRecord {
  readonly at: Time
  readonly group: GroupValue
  readonly id: string | undefined
  readonly isMatch: boolean
  readonly isExcepted: boolean
}

/** 10:00 on a day long past, in milliseconds. */
export const TEN = Date.UTC(2026, 8, 14, 10)
const MINUTE = 60_000

/** A match at so many minutes after ten. */
export function match(minutes: number, more: Partial<TestRecord> & { nanos?: bigint } = {}): TestRecord {
  const moment = BigInt(Math.round(TEN + minutes * MINUTE)) * 1_000_000n + (more.nanos ?? 0n)
  return { at: time(moment), group: 'a', id: undefined, isMatch: true, isExcepted: false, ...more }
}

/** A call that is no match. */
export function call(minutes: number): TestRecord {
  return match(minutes, { isMatch: false })
}

/** The published rule, with three matches for ten. */
export const RULE: DetectorOptions = {
  ruleId: 'test',
  window: { type: 'sliding', size: 60 * MINUTE },
  threshold: 3,
  recoverBelow: 2,
  trigger: 'on_threshold',
  updateInterval: 10 * MINUTE,
  maxOutOfOrderness: 5 * MINUTE,
  allowedLateness: 0,
  idleTimeout: MINUTE,
  maxFutureSkew: 10 * MINUTE,
  maxGroups: 100,
  evidence: { lists: 0, numbers: 0 },
}

/** A detector of {@link TestRecord}s whose wall clock stands a year after the records. */
export function testDetector(options: Partial<DetectorOptions> = {}) {
  const detector = createDetector<TestRecord>(
    { ...RULE, ...options },
    {
      time: (record) => record.at,
      isCall: () => true,
      isMatch: (record) => record.isMatch,
      groupKey: (record) => record.group,
      groupValues: (record) => [record.group],
      exception: (record) => (record.isExcepted ? 0 : -1),
      id: (record) => record.id,
      values: () => [],
      numbers: () => [],
    },
  )
  detector.tick(time(nanos([TEN / 1000, 0]) + 365n * 86_400n * 1_000_000_000n), 0)
  return detector
}

/** `open 10:20 3`: status, time of day and count of what was told; seconds and nanoseconds where there are any. */
export function told(outputs: readonly Output[]): string[] {
  return outputs.map((output) =>
    output.kind === 'alert' ? `${output.status} ${timeOfDay(output.at)} ${output.count}` : output.kind,
  )
}

function timeOfDay(moment: bigint): string {
  const [seconds, rest] = time(moment)
  const text = new Date(seconds * 1000).toISOString().slice(11, 19).replace(/:00$/, '')
  return rest === 0 ? text : `${text}+${rest}ns`
}

/** All that is told of these records of one finite source, and, unless `end` is false, at its end. */
export function run(
  records: readonly TestRecord[],
  options: Partial<DetectorOptions> = {},
  { end = true }: { end?: boolean } = {},
): string[] {
  const detector = testDetector(options)
  detector.open('file', true)
  const outputs = records.flatMap((record) => [...detector.add('file', record)])
  return told(end ? [...outputs, ...detector.close('file'), ...detector.end()] : outputs)
}
