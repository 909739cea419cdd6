import type { Clock, Exporter, Logger, LogRecord } from '@lacuna/sdk'
import { errorText, shownText } from './error-text.ts'
import type { ExporterBook } from './exporter-book.ts'
import type { ExporterHealth } from './health.ts'
import { exportInTime } from './in-time.ts'
import { rateLimited } from './rate-limited.ts'
import { type RetryPolicy, retryDelay } from './retry.ts'
import { isPromise } from './waiting.ts'

/** What {@link Attempts} are made from. */
export interface AttemptOptions {
  readonly exporter: Exporter
  readonly book: ExporterBook
  /** Told of every try's outcome. */
  readonly health: ExporterHealth
  readonly logger: Logger
  readonly clock: Clock
  /** From 0 up to, not including, 1: what jitter is made of. */
  readonly random: () => number
  readonly retry: RetryPolicy
  /** Milliseconds that one try may take; 0 is no limit. */
  readonly timeout: number
  /** Told what has been delivered, except for the records whose indexes are in `failed`. */
  readonly onDelivered: (records: readonly LogRecord[], failed?: ReadonlySet<number>) => void
}

/** What is under way. */
export interface Delivered {
  readonly records: readonly LogRecord[]
}

/** Delivers through an exporter, however often it takes. */
export interface Attempts<Flight extends Delivered> {
  /**
   * Resolves when the records are delivered, or set aside for good with a reason. Once `signal` aborts it
   * resolves with nothing counted. Never rejects.
   */
  deliver(flight: Flight, signal: AbortSignal): Promise<void>
  /** Writes the log lines that were held back. */
  close(): void
}

/**
 * Makes {@link Attempts}; the records it delivers or drops are counted on the exporter's account.
 *
 * @param settled called in the moment in which the fate of the records is counted, so that nobody counts them again
 */
export function createAttempts<Flight extends Delivered>(
  options: AttemptOptions,
  settled: (flight: Flight) => void,
): Attempts<Flight> {
  const { exporter, book, health, logger, clock, timeout } = options
  const failures = rateLimited(clock)
  const retries = rateLimited(clock)

  function drop(reason: string, error: unknown, dropped: number): void {
    book.dropped(reason, dropped)
    failures.say((times) => {
      const fields = { error: errorText(error), reason, records: dropped, times }
      logger.error(fields, `records could not be delivered and were dropped: ${fields.error}`)
    })
  }

  /** Counts what came of a try; gives the milliseconds to wait where there is to be another. */
  function settle(
    error: unknown,
    records: readonly LogRecord[],
    attempt: number,
    started: number,
  ): number | undefined {
    const count = records.length
    const failure = failureOf(error)
    if (failure.kind === 'partial') {
      const open = book.open(count)
      const indexes = failedIndexes(failure.failed, count)
      const failed = Math.min(open, indexes.size)
      book.delivered(open - failed)
      options.onDelivered(records, indexes)
      drop('partial', error, failed)
      // Who takes some of them can be reached and lets us in.
      if (failed === count) health.become('failing', shownText(error))
      else health.become('ok')
      return undefined
    }
    health.become('failing', shownText(error))
    if (failure.kind === 'permanent') {
      drop('permanent', error, book.open(count))
      return undefined
    }
    const elapsed = clock.monotonic() - started
    const delay = retryDelay(options.retry, attempt, elapsed, options.random, failure.retryAfter)
    if (delay === undefined) drop('retries_exhausted', error, book.open(count))
    else
      retries.say((times) => {
        const fields = { error: errorText(error), delay, times }
        logger.warn(fields, `delivery failed and is tried again: ${fields.error}`)
      })
    return delay
  }

  return {
    async deliver(flight, signal) {
      const { records } = flight
      const started = clock.monotonic()
      for (let attempt = 1; !signal.aborted; attempt++) {
        let delay: number | undefined
        try {
          const given = exportInTime(exporter, records, signal, timeout, clock)
          if (isPromise(given)) await given
          if (signal.aborted) return
          book.delivered(book.open(records.length))
          health.become('ok')
          options.onDelivered(records)
        } catch (error) {
          if (signal.aborted) return
          delay = settle(error, records, attempt, started)
        }
        if (delay === undefined) return settled(flight)
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

/** Which of `count` records a list of indexes names. */
function failedIndexes(failed: readonly unknown[], count: number): ReadonlySet<number> {
  const indexes = new Set<number>()
  for (const index of failed)
    if (typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < count)
      indexes.add(index)
  return indexes
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
