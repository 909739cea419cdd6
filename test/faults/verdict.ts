import type { LedgerRow, Life } from './command.ts'
import type { Expected } from './expected.ts'
import type { Arrival } from './sink.ts'

/** What is known of a run after it. */
export interface Evidence {
  readonly expected: Expected
  readonly arrivals: readonly Arrival[]
  readonly lives: readonly Life[]
  /**
   * Milliseconds between an acknowledgement and a kill that count as enough for it to have been saved. The promise is
   * 50 ms after it came to the process; the rest is for a busy machine.
   */
  readonly margin: number
  /** Times in which nothing could be saved. */
  readonly outages: readonly (readonly [from: number, to: number])[]
  /** Lives from which on what was acknowledged before is not known any more, since the storage was set aside. */
  readonly forgotten: readonly number[]
  /** Whether the sink has refused alerts for good, so that the command must end with an error. */
  readonly refused: boolean
}

/** The exit code of a process that was ended by a second SIGTERM. */
const HURRIED = 128 + 15
/** Milliseconds after which what could not be saved is tried again. */
const RETRIED = 1000

/** Everything that is wrong with a run; nothing where it passes. */
export function faultsOf(evidence: Evidence): string[] {
  return [
    ...missing(evidence),
    ...unexpected(evidence),
    ...resent(evidence),
    ...evidence.lives.flatMap((life) => endOf(life, evidence)),
  ]
}

function missing({ expected, arrivals }: Evidence): string[] {
  const came = new Set(arrivals.map(({ id }) => id))
  const lost = [...expected.values()].filter(({ id }) => !came.has(id))
  return some(
    'never arrived',
    lost.map(({ id, facts }) => `${id} ${facts}`),
  )
}

function unexpected({ expected, arrivals }: Evidence): string[] {
  const wrong = arrivals.filter(({ id, alert }) => expected.get(id)?.facts !== alert.facts)
  const texts = wrong.map(({ id, alert, life }) => {
    const known = expected.get(id)
    return known === undefined
      ? `${id} ${alert.facts} from life ${life}`
      : `${id} says ${alert.facts} instead of ${known.facts} in life ${life}`
  })
  return some('not expected', texts)
}

/** Alerts that came again although it was saved that they had come. */
function resent(evidence: Evidence): string[] {
  const saved = new Map<string, Arrival>()
  const again: string[] = []
  const inOrder = [...evidence.arrivals].sort((a, b) => a.at - b.at)
  for (const arrival of inOrder) {
    const before = saved.get(arrival.id)
    if (before !== undefined && mustKnow(before, arrival, evidence)) {
      const waited = Math.round(arrival.at - (before.acknowledged ?? 0))
      again.push(
        `${arrival.id} ${arrival.alert.facts} from life ${before.life} and, ${waited} ms after its 200, life ${arrival.life}`,
      )
    }
    if (arrival.acknowledged !== undefined && before === undefined) saved.set(arrival.id, arrival)
  }
  return some('sent again after its acknowledgement was saved', again)
}

/**
 * The longest time between an acknowledgement and a kill after which the alert came again: how long it takes to be
 * saved, in milliseconds, as far as a run has shown it. 0 where nothing came again.
 */
export function longestUnsaved(evidence: Evidence): number {
  let longest = 0
  for (const { id, life: number, acknowledged } of evidence.arrivals) {
    if (acknowledged === undefined) continue
    const life = evidence.lives.find((each) => each.number === number)
    const again = evidence.arrivals.find((each) => each.id === id && each.life > number)
    if (life?.ended === undefined || again === undefined || isExcused(acknowledged, number, again, evidence))
      continue
    longest = Math.max(longest, worked(life, acknowledged, life.ended))
  }
  return longest
}

/** Whether nothing could be saved then, or what was saved is not there any more. */
function isExcused(at: number, life: number, after: Arrival, evidence: Evidence): boolean {
  const { outages, forgotten, margin } = evidence
  if (forgotten.some((first) => life < first && after.life >= first)) return true
  return outages.some(([from, to]) => at > from - margin && at < to + RETRIED + margin)
}

function mustKnow(before: Arrival, after: Arrival, evidence: Evidence): boolean {
  const { lives, margin } = evidence
  const at = before.acknowledged
  if (at === undefined || after.at < at) return false
  const life = lives.find(({ number }) => number === before.life)
  if (life === undefined) return false
  // The answer is on its way to the process for a moment.
  if (after.life === before.life) return after.at - at > margin
  const ended = life.ended ?? Number.POSITIVE_INFINITY
  if (isExcused(at, before.life, after, evidence)) return false
  if (life.code === 0) return true
  return worked(life, at, ended) > margin
}

/** Milliseconds for which a process could work. */
function worked({ pauses }: Life, from: number, to: number): number {
  let time = to - from
  for (const [start, end] of pauses) time -= Math.max(0, Math.min(to, end) - Math.max(from, start))
  return time
}

/** What is wrong with how a process ended, and with its accounting. */
function endOf(life: Life, { refused }: Evidence): string[] {
  if (life.sent === 'SIGKILL') return []
  if (life.sent === undefined) return [] // Said by whoever waited for something of it.
  if (life.hurried && life.code === HURRIED) return []
  if (life.code !== 0 && !(refused && life.code === 1))
    return [`life ${life.number} ended with ${life.code ?? life.signal} after SIGTERM: ${tail(life.stderr)}`]
  const rows = life.ledger()
  if (rows.length === 0) return [`life ${life.number} has left no accounting`]
  return rows.filter((row) => !balances(row)).map((row) => `life ${life.number}: ${JSON.stringify(row)}`)
}

/** Whether what went in is accounted for. */
export function balances(row: LedgerRow): boolean {
  const dropped = Object.values(row.dropped).reduce((sum, count) => sum + count, 0)
  return row.in + row.created === row.out + row.consumed + dropped
}

/** The end of what a process said. */
export function tail(stderr: string): string {
  return stderr.trim().split('\n').slice(-6).join('\n    ').slice(-1500)
}

function some(what: string, list: readonly string[]): string[] {
  if (list.length === 0) return []
  const rest = list.length > 5 ? `\n    and ${list.length - 5} more` : ''
  return [`${list.length} ${what}:\n    ${list.slice(0, 5).join('\n    ')}${rest}`]
}
