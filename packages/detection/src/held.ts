import TinyQueue from 'tinyqueue'
import type { GroupValue } from './ids.ts'
import type { Match } from './match-log.ts'
import type { Nanos, Time } from './time.ts'
import { time } from './time.ts'

/** A record whose time is ahead of all that is believed, reduced to what is needed to count it later. */
export interface HeldRecord {
  readonly at: Nanos
  readonly source: string
  readonly key: unknown
  readonly values: readonly GroupValue[]
  readonly isCall: boolean
  readonly match: Match | undefined
}

interface Entry extends HeldRecord {
  readonly order: number
}

const NEVER: Time = [Number.POSITIVE_INFINITY, 0]
const LIMIT = 100_000

/** Records that wait until event time comes to them, in the order of their times. */
export class HeldRecords {
  #queue = queueOf([])
  #order = 0
  #next: Time = NEVER

  /** The earliest time that is held. */
  get next(): Time {
    return this.#next
  }

  /** Holds a record, or says that no more can be held. */
  add(record: HeldRecord): boolean {
    if (this.#queue.length >= LIMIT) return false
    this.#queue.push({ ...record, order: this.#order++ })
    this.#look()
    return true
  }

  /** The earliest record up to `until`, taken out; any where `until` is left out. */
  take(until?: Nanos): HeldRecord | undefined {
    const entry = this.#queue.peek()
    if (entry === undefined || (until !== undefined && entry.at > until)) return undefined
    this.#queue.pop()
    this.#look()
    return entry
  }

  /** Forgets what came of a source. */
  forget(source: string): void {
    const kept = this.#queue.data.filter((entry) => entry.source !== source)
    if (kept.length === this.#queue.length) return
    this.#queue = queueOf(kept)
    this.#look()
  }

  /** All that is held, in the order of time, for a snapshot. */
  all(): HeldRecord[] {
    return this.#queue.data.toSorted(byTime)
  }

  #look(): void {
    const entry = this.#queue.peek()
    this.#next = entry === undefined ? NEVER : time(entry.at)
  }
}

function queueOf(entries: Entry[]): TinyQueue<Entry> {
  return new TinyQueue(entries, byTime)
}

function byTime(a: Entry, b: Entry): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : a.order - b.order
}
