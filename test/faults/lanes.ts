import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '../../examples/sample-data/src/random.ts'

/** One file, partition or connection: an order of its own. */
export interface Lane {
  /** How much of it was handed over, in bytes or lines. */
  at: number
  readonly length: number
  /** Hands over what lies between. */
  write(from: number, to: number): void | Promise<void>
}

/** How lanes are handed over. */
export interface LanesOptions {
  readonly random: Random
  /** Milliseconds that one call takes: one of these each time. */
  readonly durations: readonly number[]
  /** Waited for before each write. */
  readonly gate?: () => Promise<void> | undefined
}

/** Milliseconds between two writes. */
const STEP = 10

/** Hands over lanes side by side, in pieces of random size, up to the share of each that is asked for. */
export function createLanes(lanes: readonly Lane[], { random, durations, gate }: LanesOptions) {
  return async (share: number): Promise<void> => {
    const until = ({ length }: Lane) => Math.floor(length * share)
    const left = lanes.reduce((sum, lane) => sum + Math.max(0, until(lane) - lane.at), 0)
    const duration = random.pick(durations)
    const most = duration === 0 ? left : Math.ceil((2 * left * STEP) / duration)
    for (;;) {
      await gate?.()
      const behind = lanes.filter((lane) => lane.at < until(lane))
      if (behind.length === 0) return
      const lane = random.pick(behind)
      const to = Math.min(until(lane), lane.at + 1 + random.below(most))
      await lane.write(lane.at, to)
      lane.at = to
      await wait(STEP)
    }
  }
}
