import type { EventTime } from './event-time.ts'
import type { SourceClock } from './source-clock.ts'
import type { Nanos } from './time.ts'
import { max, nanos } from './time.ts'

/**
 * What is known while a source is read again from before its committed position.
 *
 * All that was told up to a committed position has been delivered, so it is not told again. But what is read again
 * begins in the middle: an episode that opens in it may be one that is older, under another id.
 */
export class Replay {
  /** Whether the record that is looked at is read again. */
  isNow = false
  /** Whether it is the watermark that speaks, not a match. */
  byWatermark = false
  readonly #eventTime: EventTime
  readonly #disorder: Nanos
  readonly #onClose: boolean
  #rebuiltFrom: Nanos | undefined

  constructor(eventTime: EventTime, disorder: Nanos, onClose: boolean) {
    this.#eventTime = eventTime
    this.#disorder = disorder
    this.#onClose = onClose
  }

  /** From here on windows hold all that belongs to them; `undefined` when nothing was read again. */
  get rebuiltFrom(): Nanos | undefined {
    return this.#rebuiltFrom
  }

  set rebuiltFrom(moment: Nanos | undefined) {
    this.#rebuiltFrom = moment
  }

  /** The first believed record of a source is one that is read again. Others before it may be missing by the disorder. */
  begins(clock: SourceClock): void {
    if (clock.greatest === undefined) return
    const from = nanos(clock.greatest) + this.#disorder
    this.#rebuiltFrom = this.#rebuiltFrom === undefined ? from : max(this.#rebuiltFrom, from)
  }

  /** Whether an episode that opens now, in a window that starts at `from`, may be an older one. */
  isContinued(from: Nanos): boolean {
    return this.isNow && this.#rebuiltFrom !== undefined && from < this.#rebuiltFrom
  }

  /**
   * Whether what is told now was told before, where all matches of its window are read again.
   *
   * The watermark of several sources may have come here by what one of them said for the first time: then it was
   * not, or nobody knows. Told twice, with the same id, is better than never.
   */
  wasTold(): boolean {
    if (!this.isNow) return false
    return (!this.byWatermark && !this.#onClose) || this.#eventTime.isReplayed
  }
}
