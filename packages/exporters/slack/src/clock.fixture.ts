import { type ManualClock, manualClock } from '@lacuna/sdk/testing'

/** A clock on which every wait is over at once: time goes by as fast as someone waits. */
export function eagerClock(): ManualClock & { readonly waited: number[] } {
  const clock = manualClock()
  const waited: number[] = []
  return {
    ...clock,
    waited,
    after(delay, callback) {
      waited.push(delay)
      let cancelled = false
      setImmediate(() => {
        if (cancelled) return
        clock.advance(delay)
        callback()
      })
      return () => {
        cancelled = true
      }
    },
  }
}

/** A clock that stands still, and says how many wait for it. */
export function countingClock(): ManualClock & { readonly waiting: number } {
  const clock = manualClock()
  let waiting = 0
  return {
    ...clock,
    get waiting() {
      return waiting
    },
    after(delay, callback) {
      waiting++
      return clock.after(delay, () => {
        waiting--
        callback()
      })
    },
  }
}
