import type { SlotGrid } from './slot-grid.ts'
import type { Nanos } from './time.ts'

/**
 * Counts by slot of event time, for what is too much to keep one by one. Slots are numbered along the time
 * axis; only those that hold something take room.
 *
 * Two short arrays, not a map: nearly every record falls into the last slot.
 */
export class SlotCounts {
  #slots = EMPTY
  #counts = EMPTY

  get size(): number {
    return this.#slots.length
  }

  add(slot: number, count = 1): void {
    let index = this.#slots.length - 1
    if (index < 0) {
      // Arrays that start with one element take the room of one; most groups never need more.
      this.#slots = [slot]
      this.#counts = [count]
      return
    }
    while (index >= 0 && (this.#slots[index] ?? 0) > slot) index--
    if (index >= 0 && this.#slots[index] === slot) {
      this.#counts[index] = (this.#counts[index] ?? 0) + count
    } else {
      this.#slots.splice(index + 1, 0, slot)
      this.#counts.splice(index + 1, 0, count)
    }
  }

  /** What the slots from `first` to `last`, both included, hold together. */
  sum(first: number, last: number): number {
    let total = 0
    for (let index = this.#slots.length - 1; index >= 0; index--) {
      const slot = this.#slots[index] ?? 0
      if (slot < first) break
      if (slot <= last) total += this.#counts[index] ?? 0
    }
    return total
  }

  /** The slots that `[from, to)` touches, each as the moment at which it starts and what it holds. */
  within(grid: SlotGrid, from: Nanos, to: Nanos): [start: Nanos, count: number][] {
    const [first, last] = [grid.slotOf(from), grid.slotOf(to - 1n)]
    return this.#slots.flatMap((slot, index): [Nanos, number][] =>
      slot < first || slot > last ? [] : [[grid.startOf(slot), this.#counts[index] ?? 0]],
    )
  }

  /** Forgets the slots before `first`. */
  forgetBefore(first: number): void {
    let count = 0
    while (count < this.#slots.length && (this.#slots[count] ?? 0) < first) count++
    if (count === 0) return
    this.#slots.splice(0, count)
    this.#counts.splice(0, count)
  }

  /** Slot and count, slot and count: what a snapshot holds. */
  toList(): number[] {
    return this.#slots.flatMap((slot, index) => [slot, this.#counts[index] ?? 0])
  }

  /** Takes back what {@link SlotCounts.toList} gave. */
  load(list: readonly number[]): void {
    for (let index = 0; index + 1 < list.length; index += 2) this.add(list[index] ?? 0, list[index + 1] ?? 0)
  }
}

// Shared by all that are empty, and never written to.
const EMPTY: number[] = []
