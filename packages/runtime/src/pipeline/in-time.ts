import { type Clock, type Exporter, formatDuration, type LogRecord, RetryableError } from '@lacuna/sdk'
import { isPromise } from './waiting.ts'

/**
 * One try of an exporter that ends, at the latest, after `timeout` milliseconds or when `signal` aborts,
 * whatever the exporter does. Its own signal is aborted then; what it still says is not heard.
 *
 * Rejects with what the exporter throws, and with a `RetryableError` when time is over. Resolves when `signal`
 * aborts, as nobody waits for the outcome any more.
 *
 * @param timeout 0 is no limit
 */
export function exportInTime(
  exporter: Exporter,
  records: readonly LogRecord[],
  signal: AbortSignal,
  timeout: number,
  clock: Clock,
): void | Promise<void> {
  if (timeout === 0) return exporter.export(records, signal)
  const own = new AbortController()
  const given = exporter.export(records, own.signal)
  if (!isPromise(given)) return undefined
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeout, () => {
      const error = new RetryableError(`no answer within ${formatDuration(timeout)}`)
      // Before the exporter hears of it, so that its own words for it do not come first.
      fail(error)
      own.abort(error)
    })
    const stop = () => {
      finish()
      own.abort(signal.reason)
    }
    const leave = () => {
      cancel()
      signal.removeEventListener('abort', stop)
    }
    const finish = () => {
      leave()
      resolve()
    }
    const fail = (error: unknown) => {
      leave()
      reject(error)
    }
    signal.addEventListener('abort', stop)
    given.then(finish, fail)
  })
}
