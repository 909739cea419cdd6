import type { PartialSuccess } from '@lacuna/otlp'
import type { LogRecord } from '@lacuna/sdk'

/** One way to send records: over HTTP, over gRPC. */
export interface Transport {
  /** Reads certificates. Called once, before the first send. */
  open(): void | Promise<void>
  /**
   * Sends one request. Resolves with what the receiver had to say when it took it, if anything; throws a
   * `RetryableError` or a `PermanentError`.
   */
  send(records: readonly LogRecord[], signal: AbortSignal): Promise<PartialSuccess | undefined>
  /** Ends connections. */
  close(): void
}
