import type { Nanos, Time } from './time.ts'
import { floorDiv, nanos, time } from './time.ts'
import type { Window } from './window.ts'

const SLOTS = 64n

/**
 * How event time is cut into slots for totals and for matches beyond the exact ones.
 *
 * A tumbling window is one slot, so its totals are exact. An aligned sliding window is cut at its slides where
 * they are at most 64, and is exact too. Everything else has 64 slots a window, and a sum over it may hold
 * what lies up to one slot before it.
 */
export class SlotGrid {
  readonly width: Nanos
  readonly #offset: Nanos
  // The slot that was asked for last, as plain numbers: nearly every record falls into it.
  #slot = 0
  #startSeconds = 1
  #startNanos = 0
  #endSeconds = 0
  #endNanos = 0

  constructor(window: Window) {
    this.#offset = window.kind === 'continuous' ? 0n : window.offset
    if (window.kind !== 'continuous' && window.size / window.slide <= SLOTS) this.width = window.slide
    else this.width = (window.size + SLOTS - 1n) / SLOTS
  }

  /** The slot of a moment. */
  slotOf(moment: Nanos): number {
    return Number(floorDiv(moment - this.#offset, this.width))
  }

  /** The moment at which a slot starts. */
  startOf(slot: number): Nanos {
    return BigInt(slot) * this.width + this.#offset
  }

  /** The slot of a record's time: the same as {@link SlotGrid.slotOf}, made for being asked all the time. */
  slotAt(at: Time): number {
    const seconds = at[0]
    const inside =
      (seconds > this.#startSeconds || (seconds === this.#startSeconds && at[1] >= this.#startNanos)) &&
      (seconds < this.#endSeconds || (seconds === this.#endSeconds && at[1] < this.#endNanos))
    if (!inside) this.#move(nanos(at))
    return this.#slot
  }

  #move(moment: Nanos): void {
    const slot = floorDiv(moment - this.#offset, this.width)
    const start = slot * this.width + this.#offset
    const [startSeconds, startNanos] = time(start)
    const [endSeconds, endNanos] = time(start + this.width)
    this.#slot = Number(slot)
    this.#startSeconds = startSeconds
    this.#startNanos = startNanos
    this.#endSeconds = endSeconds
    this.#endNanos = endNanos
  }
}
