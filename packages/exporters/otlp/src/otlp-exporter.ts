import type { PartialSuccess } from '@lacuna/otlp'
import type { Exporter, Host } from '@lacuna/sdk'
import { PartialError, PermanentError, RetryableError } from '@lacuna/sdk'
import type { OtlpConfig } from './config.ts'
import { grpcTransport } from './grpc-transport.ts'
import { httpTransport } from './http-transport.ts'
import { serverText } from './server-text.ts'

/** A warning of the server, and of its answers, is logged at most this often. */
const MINUTE = 60_000

/**
 * Makes an `otlp` exporter. One call of `export` is one request.
 *
 * It throws a `RetryableError` for a connection that fails and for what the protocol says may be tried again, with
 * the delay that the server asked for; a `PartialError` when the server took only a part; a `PermanentError` for
 * every other refusal.
 */
export function createOtlpExporter(config: OtlpConfig, host: Host): Exporter {
  const component = host.id
  const clean = serverText(config.headers)
  const transport = (config.protocol === 'grpc' ? grpcTransport : httpTransport)(config, host, warn)
  let lastWarning = Number.NEGATIVE_INFINITY
  let running = false

  function warn(message: string): void {
    host.ledger.noted('odd_answer', 1)
    const now = host.clock.monotonic()
    if (now - lastWarning < MINUTE) return
    lastWarning = now
    host.logger.warn({ component }, message)
  }

  return {
    async start() {
      await transport.open()
      running = true
    },
    async export(records, signal) {
      if (records.length === 0) return
      if (!running) throw new RetryableError('the exporter does not run', { component })
      if (signal.aborted) throw new RetryableError('the export was given up before it began', { component })
      const partial = await transport.send(records, signal)
      if (partial !== undefined) refused(partial, records.length)
    },
    stop() {
      running = false
      transport.close()
    },
  }

  /** The protocol says how many were refused and not which: they are counted from the first on. */
  function refused({ rejectedLogRecords, errorMessage }: PartialSuccess, count: number): void {
    const reason = errorMessage === '' ? '' : ` (${clean(errorMessage)})`
    if (rejectedLogRecords === 0) {
      warn(`the receiver accepted all records and warns${reason}`)
      return
    }
    if (rejectedLogRecords >= count) {
      throw new PermanentError(`the receiver refused all ${count} records${reason}`, { component })
    }
    const message = `the receiver refused ${rejectedLogRecords} of ${count} records${reason}`
    throw new PartialError(message, [...Array(rejectedLogRecords).keys()], { component })
  }
}
