import type { Clock } from '@lacuna/sdk'

/** Milliseconds of work after which others have their turn. */
const SLICE = 5
/** Steps between two looks at the clock. */
const STEPS = 8

/** Goes through all steps, a few milliseconds at a time, and lets everything else run in between. */
export async function inSlices(steps: Iterable<unknown>, clock: Clock): Promise<void> {
  let until = clock.monotonic() + SLICE
  let count = 0
  for (const _ of steps) {
    if (++count % STEPS !== 0 || clock.monotonic() < until) continue
    await new Promise(setImmediate)
    until = clock.monotonic() + SLICE
  }
}
