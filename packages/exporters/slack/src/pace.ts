import type { Clock } from '@lacuna/sdk'

/** One message a second and channel is what Slack allows (https://docs.slack.dev/apis/web-api/rate-limits). */
export const INTERVAL = 1000

/** Says when the channel may be written to again. */
export interface Pace {
  /** Resolves when it is time for a message; also once it is stopped. */
  turn(): Promise<void>
  /** A message has been sent, or tried. */
  taken(): void
  /** Slack asked for quiet, for so many milliseconds. */
  hold(millis: number): void
  /** Milliseconds of the quiet that Slack asked for that are left. */
  readonly held: number
  /** Ends the wait for a turn, if there is one. */
  stop(): void
}

export function createPace(clock: Clock, interval = INTERVAL): Pace {
  let next = Number.NEGATIVE_INFINITY
  let quiet = Number.NEGATIVE_INFINITY
  let cancel = () => {}
  return {
    turn() {
      const wait = Math.max(next, quiet) - clock.monotonic()
      if (!(wait > 0)) return Promise.resolve()
      return new Promise((resolve) => {
        const stopTimer = clock.after(wait, resolve)
        cancel = () => {
          stopTimer()
          resolve()
        }
      })
    },
    taken() {
      next = clock.monotonic() + interval
    },
    hold(millis) {
      quiet = clock.monotonic() + millis
    },
    get held() {
      return Math.max(0, quiet - clock.monotonic())
    },
    stop: () => cancel(),
  }
}
