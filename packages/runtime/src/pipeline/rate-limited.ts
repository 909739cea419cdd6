import type { Clock } from '@lacuna/sdk'

/** Writes a line now, or the last of those that came meanwhile once their minute is over. */
export interface RateLimited {
  /**
   * @param write gets how many times it has happened since the line before, this time included
   */
  say(write: (times: number) => void): void
  /** Writes what is still held back, and forgets. */
  flush(): void
}

/**
 * Lets one line through at once and then at most one every `interval` milliseconds, which says how often.
 *
 * @example
 * ```ts
 * const limited = rateLimited(clock)
 * limited.say(times => logger.warn({ times }, 'a batch was lost'))
 * ```
 */
export function rateLimited(clock: Clock, interval = 60_000): RateLimited {
  let cancel: (() => void) | undefined
  let held = 0
  let last: ((times: number) => void) | undefined

  function due(): void {
    cancel = undefined
    if (held === 0) return
    cancel = clock.after(interval, due)
    tell()
  }

  function tell(): void {
    const times = held
    held = 0
    last?.(times)
    last = undefined
  }

  return {
    say(write) {
      held++
      last = write
      if (cancel !== undefined) return
      cancel = clock.after(interval, due)
      tell()
    },
    flush() {
      cancel?.()
      cancel = undefined
      if (held > 0) tell()
    },
  }
}
