import type { Clock } from '../clock.ts'
import type { HrTime } from '../time.ts'
import { fromMillis } from '../time.ts'

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /**
   * Lets `millis` pass: both clocks move, and every timer that falls due fires in its order, timers of the same
   * moment in the order in which they were set. Throws a `RangeError` when it would go back.
   */
  advance(millis: number): void
  /** Sets the wall clock alone, as an operator or a time server does. No timer fires. */
  set(millis: number): void
}

/**
 * A {@link ManualClock} that starts at `millis` since 1970.
 *
 * @example
 * ```ts
 * const clock = manualClock(0)
 * clock.after(1000, () => console.log('due'))
 * clock.advance(1000) // due
 * ```
 */
export function manualClock(millis = Date.UTC(2026, 0, 1)): ManualClock {
  let wall = millis
  let elapsed = 0
  const timers = new Set<{ due: number; interval: number | undefined; callback: () => void }>()

  const add = (due: number, interval: number | undefined, callback: () => void) => {
    const timer = { due, interval, callback }
    timers.add(timer)
    return () => void timers.delete(timer)
  }

  const next = (until: number) =>
    [...timers].filter((timer) => timer.due <= until).sort((a, b) => a.due - b.due)[0]

  return {
    now: (): HrTime => fromMillis(wall),
    monotonic: () => elapsed,
    // As Node's timers: an interval of nothing is one millisecond, a delay below zero is none.
    every(interval, callback) {
      const period = Math.max(1, interval)
      return add(elapsed + period, period, callback)
    },
    after: (delay, callback) => add(elapsed + Math.max(0, delay), undefined, callback),
    set(value) {
      wall = value
    },
    advance(duration) {
      if (!(duration >= 0)) throw new RangeError(`a clock cannot advance by ${duration} ms`)
      const until = elapsed + duration
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        wall += timer.due - elapsed
        elapsed = timer.due
        if (timer.interval === undefined) timers.delete(timer)
        else timer.due += timer.interval
        timer.callback()
      }
      // A callback may have advanced the clock beyond it.
      if (until <= elapsed) return
      wall += until - elapsed
      elapsed = until
    },
  }
}
