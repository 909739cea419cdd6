import type { Component } from './component.ts'
import type { LogRecord } from './record.ts'

/**
 * Delivers records. Queueing, batching, retry and timeout are the runtime's, the same for all exporters.
 */
export interface Exporter extends Component {
  /**
   * Resolves when all records are delivered. Throws a `PermanentError` (do not retry), a `RetryableError`, or
   * a `PartialError` (these records failed); anything else counts as permanent.
   *
   * `signal` aborts when the timeout has passed, or time is over altogether: whoever waits must stop then, as
   * nobody hears the outcome any more and the same records may come again. There may be several calls under way
   * when the operator asks for `concurrency`.
   *
   * Records may be shared with other pipelines and must not be changed.
   */
  export(records: readonly LogRecord[], signal: AbortSignal): void | Promise<void>
  /**
   * Settles when the exporter can deliver no more and that is nobody's fault: a closed pipe. The pipelines
   * that feed it then end as if their input had.
   */
  readonly closed?: Promise<void>
}
