import type { Clock, Tick } from '@lacuna/sdk'

/** Milliseconds between ticks. */
export const TICK = 1000
/** Milliseconds that one tick may say have passed: a night asleep is no time in which records could come. */
const MAX_ELAPSED = 2000

/** Works out what a pipeline's processors are told about time. */
export interface Ticker {
  /** The first tick, in which no time has passed. */
  first(): Tick
  /**
   * A second is over. Gives nothing when the pipeline is `busy`: a batch that is held up keeps others from
   * coming, so that second does not count.
   */
  second(busy: boolean): Tick | undefined
  /**
   * What to say before a batch: after a missed second the wall clock, with no time passed. Otherwise a long
   * hold-up would leave the processors with an old clock, and records of now would look as if from the future.
   */
  missed(): Tick | undefined
}

/** Makes a {@link Ticker} whose time begins now. */
export function createTicker(clock: Clock): Ticker {
  let last = clock.monotonic()
  let owed = false

  function tick(elapsed: number): Tick {
    owed = false
    return { now: clock.now(), elapsed }
  }

  return {
    first() {
      last = clock.monotonic()
      return tick(0)
    },
    second(busy) {
      const now = clock.monotonic()
      const elapsed = Math.min(MAX_ELAPSED, now - last)
      last = now
      if (!busy) return tick(elapsed)
      owed = true
      return undefined
    },
    missed() {
      if (!owed) return undefined
      last = clock.monotonic()
      return tick(0)
    },
  }
}
