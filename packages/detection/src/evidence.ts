import type { Match, MatchLog } from './match-log.ts'
import type { Nanos } from './time.ts'

const LIST_LIMIT = 10
const NUMBERS_LIMIT = 1000
/** Parts of a window in {@link Evidence.timeline}. */
const TIMELINE_PARTS = 12

/** A summary of numbers: the middle (the mean of the two middle ones) and the 95th percentile by nearest rank. */
export interface NumberSummary {
  readonly min: number
  readonly median: number
  readonly p95: number
  readonly max: number
}

/** What is known of the matches of one window. */
export interface Evidence {
  readonly firstSeen: Nanos
  readonly lastSeen: Nanos
  /** Distinct values by the place of their list, in the order in which they were first seen. */
  readonly lists: readonly (readonly string[])[]
  /** By the place of the number; `null` where no match had one. */
  readonly numbers: readonly (NumberSummary | null)[]
  /** How many matches lie in each twelfth of the window, the oldest first. */
  readonly timeline: readonly number[]
  /** Whether a bound was hit: a list had more values, numbers or matches were more than are kept. */
  readonly truncated: boolean
}

/** How many lists and numbers every match has. */
export interface EvidenceShape {
  readonly lists: number
  readonly numbers: number
}

/** Gathers the evidence of the matches in `[from, to)`. */
export function gatherEvidence(log: MatchLog, from: Nanos, to: Nanos, shape: EvidenceShape): Evidence {
  const matches = log.slice(from, to)
  let truncated = log.isFoldedWithin(from, to)
  const lists: string[][] = []
  for (let place = 0; place < shape.lists; place++) {
    const values = distinct(matches, place)
    if (values.length > LIST_LIMIT) truncated = true
    lists.push(values.slice(0, LIST_LIMIT))
  }
  const numbers: (NumberSummary | null)[] = []
  for (let place = 0; place < shape.numbers; place++) {
    const values = numbersOf(matches, place)
    if (values.length > NUMBERS_LIMIT) truncated = true
    numbers.push(summary(values.slice(-NUMBERS_LIMIT)))
  }
  return {
    firstSeen: matches[0]?.at ?? from,
    lastSeen: matches.at(-1)?.at ?? from,
    lists,
    numbers,
    timeline: log.timeline(from, to, TIMELINE_PARTS),
    truncated,
  }
}

function distinct(matches: readonly Match[], place: number): string[] {
  const seen = new Set<string>()
  for (const match of matches) {
    const value = match.values[place]
    if (value === undefined) continue
    seen.add(value)
    // One more than is shown, to know that there are more.
    if (seen.size > LIST_LIMIT) break
  }
  return [...seen]
}

function numbersOf(matches: readonly Match[], place: number): number[] {
  const values: number[] = []
  for (const match of matches) {
    const value = match.numbers[place]
    if (value !== undefined) values.push(value)
  }
  return values
}

function summary(values: readonly number[]): NumberSummary | null {
  const sorted = values.toSorted((a, b) => a - b)
  const count = sorted.length
  if (count === 0) return null
  const rank = (index: number) => sorted[index] ?? 0
  const middle = Math.floor(count / 2)
  return {
    min: rank(0),
    median: count % 2 === 1 ? rank(middle) : (rank(middle - 1) + rank(middle)) / 2,
    p95: rank(Math.ceil(count * 0.95) - 1),
    max: rank(count - 1),
  }
}
