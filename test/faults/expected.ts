import { naiveAlerts } from '../e2e/naive-detector.fixture.ts'
import type { Input } from './input.ts'
import type { Alert } from './otlp-json.ts'

/** The alerts that must come, by id. */
export type Expected = ReadonlyMap<string, Alert>

/** The rule of every run: the published one. */
const RULE = { size: 3_600_000, threshold: 10, recoverBelow: 5 }

/**
 * What an undisturbed run has told, if an independent count of the same input agrees: each opening and each end of an
 * episode, with its count and window. Updates only Lacuna itself can say.
 *
 * @param isEnded whether the input has come to its end, so that what was open is over
 * @throws Error with what differs
 */
export function agreedAlerts(input: Input, told: readonly Alert[], isEnded: boolean): Expected {
  const naive = new Set<string>()
  for (const lines of input.sources) {
    const options = { ...RULE, now: Date.now() }
    for (const facts of naiveAlerts(`${lines.join('\n')}\n`, options)) naive.add(facts)
  }
  // The last episodes are over only with their input, and a run that is stopped does not end it.
  for (const name of isEnded ? [] : input.sentinels)
    for (const facts of naive) if (facts.startsWith(`${name} resolved `)) naive.delete(facts)
  const lacuna = new Set(told.filter(({ status }) => status !== 'update').map(({ facts }) => facts))
  const missing = [...naive].filter((facts) => !lacuna.has(facts))
  const more = [...lacuna].filter((facts) => !naive.has(facts))
  if (missing.length + more.length > 0) {
    const some = [
      ...missing.map((facts) => `missing: ${facts}`),
      ...more.map((facts) => `too many: ${facts}`),
    ]
    throw new Error(`an undisturbed run and the independent count differ:\n${some.slice(0, 10).join('\n')}`)
  }
  const expected = new Map(told.map((alert) => [alert.id, alert]))
  if (expected.size !== told.length) throw new Error('an undisturbed run has told an alert twice')
  return expected
}
