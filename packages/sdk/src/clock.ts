import type { HrTime } from './time.ts'
import { fromMillis } from './time.ts'

/**
 * The only way to learn the time. The runtime passes it in, so that a test or a replay can own it.
 */
export interface Clock {
  /** The wall clock. It may jump. */
  now(): HrTime
  /** Milliseconds that only go forward, from any start. For measuring how long something took. */
  monotonic(): number
  /** Calls `callback` every `interval` milliseconds until the returned function is called. */
  every(interval: number, callback: () => void): () => void
  /** Calls `callback` once after `delay` milliseconds unless the returned function is called first. */
  after(delay: number, callback: () => void): () => void
}

/** The machine's clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => fromMillis(Date.now()),
  monotonic: () => performance.now(),
  every(interval, callback) {
    const timer = setInterval(callback, interval).unref()
    return () => clearInterval(timer)
  },
  after(delay, callback) {
    const timer = setTimeout(callback, delay).unref()
    return () => clearTimeout(timer)
  },
}
