import type { Doubt, SourceClock } from './source-clock.ts'
import { believePending, observeUnusual, sourceClock } from './source-clock.ts'
import type { Nanos, Time } from './time.ts'
import { millis, nanos, time } from './time.ts'

/** How event time moves; all in milliseconds. */
export interface EventTimeOptions {
  readonly maxOutOfOrderness: number
  readonly allowedLateness: number
  readonly idleTimeout: number
  readonly maxFutureSkew: number
}

/** What a snapshot keeps of event time. */
export interface EventTimeState {
  readonly watermark: Time | null
  readonly frontier: Time | null
  readonly sources: readonly SourceState[]
}

type SourceState = readonly [
  id: string,
  finite: boolean,
  greatest: Time | null,
  pending: readonly Time[],
  silent: number,
]

const NEVER = Number.NEGATIVE_INFINITY
const UNKNOWN = 1n << 100n

/**
 * The watermark over all sources, and the frontier: the greatest time that any source vouches for.
 *
 * Kept as pairs of numbers, because it is moved by nearly every record.
 */
export class EventTime {
  readonly #sources = new Map<string, SourceClock>()
  readonly #skew: Nanos
  readonly #disorder: Nanos
  readonly #options: EventTimeOptions
  readonly #skewSeconds: number
  readonly #disorderSeconds: number
  readonly #disorderNanos: number
  readonly #latenessSeconds: number
  readonly #latenessNanos: number
  // Until the first tick nothing is known of the wall clock: all data is past data.
  #doubt: Doubt
  #futureSeconds = Number.POSITIVE_INFINITY
  // The active source that holds the watermark back.
  #slowest: SourceClock | undefined
  #seconds = NEVER
  #nanos = 0
  #frontierSeconds = NEVER
  #frontierNanos = 0

  readonly #onFrontier: (() => void) | undefined

  /** `onFrontier` is told when the frontier has moved, before the watermark follows. */
  constructor(options: EventTimeOptions, onFrontier?: () => void) {
    this.#options = options
    this.#onFrontier = onFrontier
    this.#skew = millis(options.maxFutureSkew)
    this.#disorder = millis(options.maxOutOfOrderness)
    this.#doubt = { future: UNKNOWN, skew: this.#skew, disorder: this.#disorder }
    // A jump of fewer whole seconds than this is no jump; the rest is worked out exactly.
    this.#skewSeconds = Math.floor(options.maxFutureSkew / 1000)
    ;[this.#disorderSeconds, this.#disorderNanos] = time(this.#disorder)
    ;[this.#latenessSeconds, this.#latenessNanos] = time(millis(options.allowedLateness))
  }

  /** The watermark; `undefined` while a source that holds it back has said nothing. */
  get watermark(): Nanos | undefined {
    return this.#seconds === NEVER ? undefined : nanos([this.#seconds, this.#nanos])
  }

  /** The greatest event time that is believed. */
  get frontier(): Nanos | undefined {
    return this.#frontierSeconds === NEVER ? undefined : nanos([this.#frontierSeconds, this.#frontierNanos])
  }

  /** Whether no source is there. */
  get isEmpty(): boolean {
    return this.#sources.size === 0
  }

  /** The id of a source as its clock has it. */
  nameOf(id: string): string {
    return this.#sources.get(id)?.id ?? id
  }

  /** The clock of a source; one that was not announced is announced by this. */
  source(id: string, finite: boolean): SourceClock {
    let clock = this.#sources.get(id)
    if (clock === undefined) {
      clock = sourceClock(id, finite)
      this.#sources.set(id, clock)
      this.#combine()
    }
    return clock
  }

  /** Takes a source away. It holds nothing back any more. */
  close(id: string): void {
    const clock = this.#sources.get(id)
    if (clock === undefined) return
    if (believePending(clock)) this.#pushFrontier(clock)
    this.#sources.delete(id)
    // What the last source said still counts when none is left.
    if (this.#sources.size === 0 && clock.greatest !== undefined) this.#raise(clock.greatest)
    else this.#combine()
  }

  /**
   * Takes a source away whose part belongs to another instance now: what it said last moves nothing any more.
   * Where it was the last one, event time begins anew.
   */
  lose(id: string): void {
    if (!this.#sources.delete(id)) return
    if (this.#sources.size > 0) {
      this.#combine()
      return
    }
    this.#slowest = undefined
    this.#seconds = NEVER
    this.#frontierSeconds = NEVER
  }

  /** The greatest believed time of a source; `undefined` before its first. */
  latestOf(id: string): Time | undefined {
    return this.#sources.get(id)?.greatest
  }

  /** Whether what was read again has brought all sources as far as the watermark is, without anything new. */
  get isReplayed(): boolean {
    for (const { replayed } of this.#sources.values()) {
      if (replayed === undefined) return false
      if (!this.#reaches(replayed)) return false
    }
    return true
  }

  /** The watermark of one source; `undefined` before its first time. */
  watermarkOf(id: string): Time | undefined {
    const greatest = this.#sources.get(id)?.greatest
    return greatest === undefined ? undefined : time(nanos(greatest) - this.#disorder)
  }

  /**
   * Takes note of a record of `clock` at `at`.
   *
   * The watermark goes back in one case: a source begins with what is read again. Its groups are to be rebuilt in
   * their own time, behind which the other sources may have gone on.
   */
  observe(clock: SourceClock, at: Time, isReplay = false): void {
    const silent = clock.silent > 0 ? this.#wake(clock) : 0n
    const { greatest } = clock
    const seconds = at[0]
    if (
      greatest !== undefined &&
      clock.pending.length === 0 &&
      seconds - greatest[0] < this.#skewSeconds &&
      seconds < this.#futureSeconds
    ) {
      if (seconds < greatest[0] || (seconds === greatest[0] && at[1] <= greatest[1])) return
      clock.greatest = at
    } else if (!observeUnusual(clock, at, silent, this.#doubt)) return
    if (isReplay) {
      if (greatest === undefined && clock.greatest !== undefined) this.#goBackTo(clock.greatest)
      clock.replayed = clock.greatest
    }
    this.#pushFrontier(clock)
    if (this.#slowest === clock) {
      if (this.#sources.size === 1) this.#raise(clock.greatest ?? at)
      else this.#combine()
    } else if (this.#slowest === undefined) this.#combine()
  }

  /** Whether `at` lies behind the watermark by more than the allowed lateness. */
  isLate(at: Time): boolean {
    let seconds = at[0] + this.#latenessSeconds
    let rest = at[1] + this.#latenessNanos
    if (rest >= 1e9) {
      rest -= 1e9
      seconds++
    }
    return seconds < this.#seconds || (seconds === this.#seconds && rest < this.#nanos)
  }

  /** Whether `at` lies ahead of all that is believed. */
  isAhead(at: Time): boolean {
    return at[0] > this.#frontierSeconds || (at[0] === this.#frontierSeconds && at[1] > this.#frontierNanos)
  }

  /** Whether the watermark has come to `at`. */
  hasPassed(at: Time): boolean {
    return this.#seconds > at[0] || (this.#seconds === at[0] && this.#nanos >= at[1])
  }

  /** Lets `elapsed` milliseconds of the wall clock, now `now`, be known. */
  tick(now: Time, elapsed: number): void {
    const future = nanos(now) + this.#skew
    this.#doubt = { ...this.#doubt, future }
    this.#futureSeconds = time(future)[0]
    const wereIdle = this.#allIdle()
    for (const clock of this.#sources.values()) {
      clock.silent += elapsed
      // Nobody is left to confirm or refute.
      if (clock.pending.length > 0 && this.#isIdle(clock) && believePending(clock)) this.#pushFrontier(clock)
    }
    if (wereIdle && this.#seconds !== NEVER) {
      this.#raise(time(nanos([this.#seconds, this.#nanos]) + this.#disorder + millis(elapsed)))
    }
    this.#combine()
  }

  /** The end of all input: every jump that was not refuted is believed. */
  end(): void {
    for (const clock of this.#sources.values()) {
      if (believePending(clock)) this.#pushFrontier(clock)
    }
    this.#combine()
  }

  save(): EventTimeState {
    return {
      watermark: this.#seconds === NEVER ? null : [this.#seconds, this.#nanos],
      frontier: this.#frontierSeconds === NEVER ? null : [this.#frontierSeconds, this.#frontierNanos],
      sources: [...this.#sources.values()].map((clock) => [
        clock.id,
        clock.finite,
        clock.greatest ?? null,
        clock.pending,
        clock.silent,
      ]),
    }
  }

  load(state: EventTimeState): void {
    ;[this.#seconds, this.#nanos] = state.watermark ?? [NEVER, 0]
    ;[this.#frontierSeconds, this.#frontierNanos] = state.frontier ?? [NEVER, 0]
    this.#sources.clear()
    for (const [id, finite, greatest, pending, silent] of state.sources) {
      const clock = sourceClock(id, finite)
      clock.greatest = greatest ?? undefined
      clock.pending = [...pending]
      clock.silent = silent
      this.#sources.set(id, clock)
    }
    this.#combine()
  }

  /** Notes that a source is back, and gives the time for which it had nothing to say. */
  #wake(clock: SourceClock): Nanos {
    const { silent } = clock
    const wasIdle = this.#isIdle(clock)
    clock.silent = 0
    if (wasIdle) this.#combine()
    // That a finite source was not read for a while says nothing of what is in it.
    return clock.finite ? 0n : millis(silent)
  }

  #isIdle(clock: SourceClock): boolean {
    return !clock.finite && clock.silent >= this.#options.idleTimeout
  }

  #allIdle(): boolean {
    if (this.#sources.size === 0) return false
    for (const clock of this.#sources.values()) if (!this.#isIdle(clock)) return false
    return true
  }

  /** Finds the active source that is furthest behind, and moves the watermark up to it. */
  #combine(): void {
    let slowest: SourceClock | undefined
    let furthest: Time | undefined
    for (const clock of this.#sources.values()) {
      if (clock.greatest !== undefined && (furthest === undefined || isBefore(furthest, clock.greatest))) {
        furthest = clock.greatest
      }
      if (this.#isIdle(clock)) continue
      if (slowest === undefined || isBehind(clock, slowest)) slowest = clock
    }
    this.#slowest = slowest
    // With all idle nobody holds back the one that had come furthest.
    const reached = slowest === undefined ? furthest : slowest.greatest
    if (reached !== undefined) this.#raise(reached)
  }

  /** Moves the watermark to `greatest` less the disorder, never back. */
  #raise(greatest: Time): void {
    let seconds = greatest[0] - this.#disorderSeconds
    let rest = greatest[1] - this.#disorderNanos
    if (rest < 0) {
      rest += 1e9
      seconds--
    }
    if (seconds > this.#seconds || (seconds === this.#seconds && rest > this.#nanos)) {
      this.#seconds = seconds
      this.#nanos = rest
    }
  }

  /** Whether `greatest` less the disorder is not behind the watermark. */
  #reaches(greatest: Time): boolean {
    const watermark = this.watermark
    return watermark === undefined || nanos(greatest) - this.#disorder >= watermark
  }

  #goBackTo(greatest: Time): void {
    if (this.#seconds === NEVER || this.#reaches(greatest)) return
    ;[this.#seconds, this.#nanos] = time(nanos(greatest) - this.#disorder)
  }

  #pushFrontier(clock: SourceClock): void {
    const { greatest } = clock
    if (greatest === undefined || !this.isAhead(greatest)) return
    this.#frontierSeconds = greatest[0]
    this.#frontierNanos = greatest[1]
    this.#onFrontier?.()
  }
}

function isBefore(a: Time, b: Time): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])
}

function isBehind(a: SourceClock, b: SourceClock): boolean {
  if (b.greatest === undefined) return false
  return a.greatest === undefined || isBefore(a.greatest, b.greatest)
}
