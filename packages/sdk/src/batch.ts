import type { LogRecord } from './record.ts'

/**
 * Where records come from in an order of their own: a Kafka partition, a file, an OTLP listener. Event time
 * moves forward per source.
 */
export interface Source {
  /** Unique in the process and the same after a restart: `file:/var/log/a.ndjson`, `event_hubs:hub/3`. */
  readonly id: string
  /** Whether it ends by itself, as a file does. A finite source is never idle. */
  readonly finite: boolean
}

/**
 * A place in a source: opaque to all but the receiver that made it. Positions of one source come in order.
 */
export type Position = string

/** Records of one source, in their order. */
export interface Batch {
  readonly source: Source
  readonly records: LogRecord[]
  /** Where to go on reading once all of this batch is safe; absent where the source cannot be read again. */
  readonly position?: Position
  /** True for what lies before the committed position and is read again to rebuild state. */
  readonly replay?: boolean
}
