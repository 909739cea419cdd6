import type { Clock } from '@lacuna/sdk'

/** Notices when a consumer has died without a word, and when a broker answers with nothing over and over. */
export interface Watch {
  /** A sign of life. */
  alive(): void
  /** A fetch has come back; `millis` is how long it took. */
  fetched(millis: number): void
  /** Something of what was fetched is being processed. */
  processing(): void
  stop(): void
}

/** What {@link createWatch} needs. */
export interface WatchOptions {
  readonly clock: Clock
  /** There was no sign of life for so many milliseconds. */
  readonly onSilence: (millis: number) => void
  /** Fetches come back at once and empty. */
  readonly onSpin: () => void
  /** Milliseconds without a sign of life that are too many. */
  readonly patience?: number
}

/** Beyond the 60 s that a request may take, and the 3 s between two tries. */
const PATIENCE = 90_000
/** With nothing to read a fetch takes 500 ms. One that is throttled is empty, too, but comes at once. */
const AT_ONCE = 50
const MOST_IN_A_ROW = 5

/** Makes {@link Watch}. */
export function createWatch({ clock, onSilence, onSpin, patience = PATIENCE }: WatchOptions): Watch {
  let last = clock.monotonic()
  let quick = 0
  const cancel = clock.every(patience / 3, () => {
    const silent = clock.monotonic() - last
    if (silent < patience) return
    cancel()
    onSilence(silent)
  })
  return {
    alive() {
      last = clock.monotonic()
    },
    fetched(millis) {
      quick = millis < AT_ONCE ? quick + 1 : 0
      if (quick <= MOST_IN_A_ROW) return
      quick = 0
      onSpin()
    },
    processing() {
      quick = 0
    },
    stop: cancel,
  }
}
