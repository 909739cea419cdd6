import { type Batch, type ReceiverHost, RetryableError } from '@lacuna/sdk'

/** Hands batches to the pipelines until they are accepted. */
export interface Delivery {
  /**
   * Resolves to true once the batch is accepted, to false when stopped before. Rejects with what `consume`
   * rejected with when that is no `RetryableError`: then the pipelines are broken and nothing can be read on.
   */
  deliver(batch: Batch): Promise<boolean>
  /** Ends the waiting between two tries. A `consume` that is under way is not cut off. */
  stop(): void
}

const FIRST_DELAY = 100
const GREATEST_DELAY = 10_000

/**
 * Makes a {@link Delivery}. The same batch is tried again for as long as it takes, after 100 ms, twice as long
 * each time up to 10 s, or what the other side asks for up to that: a file can wait, and nothing of it may be lost.
 */
export function delivery(host: ReceiverHost): Delivery {
  let stopped = false
  let wake: (() => void) | undefined

  function pause(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = host.clock.after(millis, resolve)
      wake = () => {
        cancel()
        resolve()
      }
    })
  }

  async function retry(batch: Batch, error: unknown): Promise<boolean> {
    let last = error
    for (
      let delay = FIRST_DELAY;
      last instanceof RetryableError;
      delay = Math.min(delay * 2, GREATEST_DELAY)
    ) {
      if (delay === FIRST_DELAY)
        host.logger.warn(
          { source: batch.source.id, reason: last.message },
          'the pipeline is busy; waiting to go on',
        )
      await pause(Math.min(last.retryAfter ?? delay, GREATEST_DELAY))
      wake = undefined
      if (stopped) return false
      try {
        await host.consume(batch)
        return true
      } catch (cause) {
        last = cause
      }
    }
    throw last
  }

  return {
    async deliver(batch) {
      if (stopped) return false
      try {
        await host.consume(batch)
        return true
      } catch (error) {
        // The usual way has neither a timer nor a closure.
        return retry(batch, error)
      }
    },
    stop() {
      stopped = true
      wake?.()
    },
  }
}
