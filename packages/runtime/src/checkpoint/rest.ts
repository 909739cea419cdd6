import type { Clock, Logger } from '@lacuna/sdk'
import type { Line } from '../pipeline/line.ts'

/** Milliseconds after which it is said that an asynchronous processor holds up the checkpoints. */
const PATIENCE = 60_000

/** Finds the moments in which what all pipelines know belongs together. */
export interface AtRest {
  /**
   * Does something at the first such moment: at once unless an asynchronous processor has a batch. Resolves to
   * nothing when there will be no such moment.
   */
  take<T>(act: () => T): Promise<T | undefined>
  /** Waits no longer. */
  giveUp(): void
}

/**
 * Makes {@link AtRest}.
 *
 * A pipeline whose asynchronous processor has a batch is waited for, and begins nothing new until the others that are
 * waited for have come as far, or with several there might never be a moment for all. The others go on meanwhile.
 */
export function atRest(lines: readonly Line[], clock: Clock, logger: Logger): AtRest {
  let waiting: (() => void) | undefined
  let over = false

  /** Whether this is such a moment. */
  function here(): boolean {
    let rest = true
    for (const line of lines) {
      if (!line.inside) continue
      line.pause()
      rest = false
    }
    return rest
  }

  function resume(): void {
    for (const line of lines) line.resume()
  }

  for (const line of lines)
    line.onRest(() => {
      if (waiting !== undefined && here()) waiting()
    })

  function warn(): void {
    const inside = lines.filter((line) => line.inside).map((line) => line.id)
    logger.warn(
      { pipelines: inside },
      `nothing has been saved for a minute: a processor of ${inside.join(', ')} has not given back its batch`,
    )
  }

  return {
    take(act) {
      if (lines.some((line) => line.torn)) return Promise.resolve(undefined)
      if (here()) return Promise.resolve(act())
      if (over) {
        resume()
        return Promise.resolve(undefined)
      }
      return new Promise((resolve) => {
        const cancel = clock.every(PATIENCE, warn)
        waiting = () => {
          waiting = undefined
          cancel()
          // In this very moment: in the next one somebody may have begun something.
          resolve(over ? undefined : act())
          resume()
        }
      })
    },
    giveUp() {
      over = true
      waiting?.()
    },
  }
}
