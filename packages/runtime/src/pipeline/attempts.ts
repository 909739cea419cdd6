import type { Clock, Exporter, Logger, LogRecord } from '@lacuna/sdk'
import type { Account } from './account.ts'
import { errorText } from './error-text.ts'
import { rateLimited } from './rate-limited.ts'
import { type RetryPolicy, retryDelay } from './retry.ts'
import { isPromise } from './waiting.ts'

/** What {@link Attempts} are made from. */
export interface AttemptOptions {
  readonly exporter: Exporter
  readonly account: Account
  readonly logger: Logger
  readonly clock: Clock
  /** From 0 up to, not including, 1: what jitter is made of. */
  readonly random: () => number
  readonly retry: RetryPolicy
}

/** Delivers through an exporter, however often it takes. */
export interface Attempts {
  /**
   * Resolves when the records are delivered, or set aside for good with a reason. Once `signal` aborts it
   * resolves with nothing counted. Never rejects.
   */
  deliver(records: readonly LogRecord[], signal: AbortSignal): Promise<void>
  /** Writes the log lines that were held back. */
  close(): void
}

/**
 * Makes {@link Attempts}; the records it delivers or drops are counted on the exporter's account.
 *
 * @param settled called in the moment in which the fate of the records is counted, so that nobody counts them again
 */
export function createAttempts(options: AttemptOptions, settled: () => void): Attempts {
  const { exporter, account, logger, clock } = options
  const failures = rateLimited(clock)
  const retries = rateLimited(clock)

  function drop(reason: string, error: unknown, dropped: number): void {
    account.ledger.dropped(reason, dropped)
    failures.say((times) => {
      const fields = { error: errorText(error), reason, records: dropped, times }
      logger.error(fields, `records could not be delivered and were dropped: ${fields.error}`)
    })
  }

  /** Counts what came of a try; gives the milliseconds to wait where there is to be another. */
  function settle(error: unknown, count: number, attempt: number, started: number): number | undefined {
    const failure = failureOf(error)
    if (failure.kind === 'partial') {
      const failed = failedCount(failure.failed, count)
      account.out += count - failed
      drop('partial', error, failed)
      return undefined
    }
    if (failure.kind === 'permanent') {
      drop('permanent', error, count)
      return undefined
    }
    const elapsed = clock.monotonic() - started
    const delay = retryDelay(options.retry, attempt, elapsed, options.random, failure.retryAfter)
    if (delay === undefined) drop('retries_exhausted', error, count)
    else
      retries.say((times) => {
        const fields = { error: errorText(error), delay, times }
        logger.warn(fields, `delivery failed and is tried again: ${fields.error}`)
      })
    return delay
  }

  return {
    async deliver(records, signal) {
      const started = clock.monotonic()
      for (let attempt = 1; !signal.aborted; attempt++) {
        const before = account.settled()
        let delay: number | undefined
        try {
          const given = exporter.export(records, signal)
          if (isPromise(given)) await given
          if (signal.aborted) return
          // What the exporter itself has set aside is on its account already.
          account.out += Math.max(0, records.length - (account.settled() - before))
        } catch (error) {
          if (signal.aborted) return
          const count = Math.max(0, records.length - (account.settled() - before))
          delay = settle(error, count, attempt, started)
        }
        if (delay === undefined) return settled()
        await pause(clock, delay, signal)
      }
    },
    close() {
      failures.flush()
      retries.flush()
    },
  }
}

type Failure =
  | { readonly kind: 'permanent' }
  | { readonly kind: 'retryable'; readonly retryAfter: number | undefined }
  | { readonly kind: 'partial'; readonly failed: readonly unknown[] }

/** By its code and not its class: a plugin may have brought a copy of `sdk` of its own. */
function failureOf(error: unknown): Failure {
  if (error instanceof Error && 'code' in error) {
    if (error.code === 'retryable') {
      const retryAfter = 'retryAfter' in error ? error.retryAfter : undefined
      const usable = typeof retryAfter === 'number' && retryAfter > 0
      return { kind: 'retryable', retryAfter: usable ? retryAfter : undefined }
    }
    if (error.code === 'partial' && 'failed' in error && Array.isArray(error.failed))
      return { kind: 'partial', failed: error.failed }
  }
  return { kind: 'permanent' }
}

/** How many of `count` records a list of indexes names. */
function failedCount(failed: readonly unknown[], count: number): number {
  const indexes = new Set<unknown>()
  for (const index of failed)
    if (typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < count)
      indexes.add(index)
  return indexes.size
}

function pause(clock: Clock, delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(delay, end)
    signal.addEventListener('abort', end)
  })
}
