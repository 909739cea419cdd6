import { SlotCounts } from './slot-counts.ts'
import type { SlotGrid } from './slot-grid.ts'
import type { Nanos } from './time.ts'

/** One record that matched, reduced to what an alert may have to say of it. */
export interface Match {
  readonly at: Nanos
  /** Its dedupe id, where it has one. */
  readonly id: string | undefined
  /** Evidence by the place of its name in the detector's lists. */
  readonly values: readonly (string | undefined)[]
  readonly numbers: readonly (number | undefined)[]
  /** Whether it was read again; what is not said to be was not. */
  readonly isReplayed?: boolean
}

/**
 * The matches of one group in the order of event time; equal times in the order of arrival.
 *
 * The newest `limit` are kept one by one; older ones only as a count by slot, with their ids forgotten.
 */
export class MatchLog {
  readonly #limit: number
  readonly #grid: SlotGrid
  #items = EMPTY
  // Items before this index are gone; they are cut off together, so that forgetting is cheap.
  #head = 0
  #folded: SlotCounts | undefined
  // The latest of those only counted that was not read again.
  #foldedLive: Nanos | undefined

  constructor(limit: number, grid: SlotGrid) {
    this.#limit = limit
    this.#grid = grid
  }

  /** How many are kept one by one. */
  get length(): number {
    return this.#items.length - this.#head
  }

  /** Whether some are only counted. */
  get hasFolded(): boolean {
    return this.#folded !== undefined && this.#folded.size > 0
  }

  /** The time of the `index`th oldest of those kept one by one. */
  timeOf(index: number): Nanos {
    return this.at(index).at
  }

  at(index: number): Match {
    const match = this.#items[this.#head + index]
    if (match === undefined) throw new RangeError(`no match ${index} of ${this.length}`)
    return match
  }

  /** Puts a match in its place and says which that is. Gives back those that are now only counted. */
  add(match: Match): { index: number; folded: readonly Match[] } {
    if (this.#items.length === 0) {
      this.#items = [match]
      return { index: 0, folded: NONE }
    }
    let place = this.#items.length
    while (place > this.#head && (this.#items[place - 1]?.at ?? match.at) > match.at) place--
    if (place === this.#items.length) this.#items.push(match)
    else this.#items.splice(place, 0, match)
    const folded = this.#fold()
    return { index: place - this.#head, folded }
  }

  #fold(): readonly Match[] {
    if (this.length <= this.#limit) return NONE
    const oldest = this.at(0)
    this.#folded ??= new SlotCounts()
    this.#folded.add(this.#grid.slotOf(oldest.at))
    if (oldest.isReplayed !== true) this.#foldedLive = oldest.at
    this.#cut(1)
    return [oldest]
  }

  /** The index of the first match at `moment` or later. */
  firstFrom(moment: Nanos): number {
    let low = this.#head
    let high = this.#items.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#items[middle]?.at ?? moment) < moment) low = middle + 1
      else high = middle
    }
    return low - this.#head
  }

  /** How many lie in `[from, to)`. Those that are only counted are taken with their whole slot. */
  count(from: Nanos, to: Nanos): number {
    const kept = this.firstFrom(to) - this.firstFrom(from)
    if (this.#folded === undefined) return kept
    return kept + this.#folded.sum(this.#grid.slotOf(from), this.#grid.slotOf(to - 1n))
  }

  /** Whether {@link MatchLog.count} over this stretch had to take whole slots. */
  isFoldedWithin(from: Nanos, to: Nanos): boolean {
    return (this.#folded?.sum(this.#grid.slotOf(from), this.#grid.slotOf(to - 1n)) ?? 0) > 0
  }

  /** Whether any in `[from, to)` came for the first time. Of those only counted the latest that did is known. */
  hasLive(from: Nanos, to: Nanos): boolean {
    if (this.#foldedLive !== undefined && this.#foldedLive >= from) return true
    const end = this.#head + this.firstFrom(to)
    for (let index = this.#head + this.firstFrom(from); index < end; index++) {
      if (this.#items[index]?.isReplayed !== true) return true
    }
    return false
  }

  /** How many lie in each of so many equal parts of `[from, to)`; a slot of those only counted lies where it starts. */
  timeline(from: Nanos, to: Nanos, parts: number): number[] {
    const length = to - from
    const edges = Array.from(
      { length: parts + 1 },
      (_, part) => from + (length * BigInt(part)) / BigInt(parts),
    )
    const before = edges.map((edge) => this.firstFrom(edge))
    const counts = before.slice(1).map((index, part) => index - (before[part] ?? 0))
    for (const [moment, count] of this.#folded?.within(this.#grid, from, to) ?? []) {
      const part = edges.findIndex((edge) => moment < edge)
      counts[Math.max(0, part - 1)] = (counts[Math.max(0, part - 1)] ?? 0) + count
    }
    return counts
  }

  /** Forgets what lies before `moment` and gives it back. */
  forgetBefore(moment: Nanos): readonly Match[] {
    this.#folded?.forgetBefore(this.#grid.slotOf(moment))
    const count = this.firstFrom(moment)
    if (count === 0) return NONE
    const gone = this.#items.slice(this.#head, this.#head + count)
    this.#cut(count)
    return gone
  }

  #cut(count: number): void {
    this.#head += count
    if (this.#head > 64 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
  }

  /** The matches of `[from, to)` that are kept one by one. */
  slice(from: Nanos, to: Nanos): Match[] {
    return this.#items.slice(this.#head + this.firstFrom(from), this.#head + this.firstFrom(to))
  }

  save(): { items: Match[]; folded: number[]; foldedLive: Nanos | undefined } {
    return {
      items: this.#items.slice(this.#head),
      folded: this.#folded?.toList() ?? [],
      foldedLive: this.#foldedLive,
    }
  }

  /** Takes back what {@link MatchLog.save} gave. */
  load(items: readonly Match[], folded: readonly number[], foldedLive: Nanos | undefined): void {
    this.#items = items.length === 0 ? EMPTY : [...items]
    this.#head = 0
    this.#folded = folded.length === 0 ? undefined : new SlotCounts()
    this.#folded?.load(folded)
    this.#foldedLive = foldedLive
  }
}

const NONE: readonly Match[] = []
// Shared by all logs that are empty, and never written to.
const EMPTY: Match[] = []
