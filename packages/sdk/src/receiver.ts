import type { Batch, Position, Source } from './batch.ts'
import type { Component, Host } from './component.ts'
import type { HrTime } from './time.ts'

/** Why a source is gone: its input ended, or another instance has it now and its state is dropped. */
export type SourceClosed = 'ended' | 'lost'

/** How far a finite input has been read, in bytes as stored. `total` is absent where it cannot be known. */
export interface ReadProgress {
  readonly bytes: number
  readonly total?: number
}

/** What a receiver is given beside its configuration. */
export interface ReceiverHost extends Host {
  /**
   * Milliseconds of event time that the pipelines behind must read again to rebuild their state: their
   * longest window plus lateness. Zero when they hold none. Known from `start` on.
   */
  readonly lookback: number
  /** Names of the pipelines behind, in the order of the configuration: `logs/azure`. */
  readonly pipelines: readonly string[]
  /**
   * Where to go on, by the id of the source: what the last checkpoint holds for this receiver's sources. All that
   * came before is in the saved state, and was delivered or is saved itself. Empty without storage. Known from
   * `start` on.
   */
  readonly positions: ReadonlyMap<string, Position>
  /**
   * Hands on a batch. Resolves when the pipelines behind have accepted it; rejects only with a
   * `RetryableError`. With a storage a batch without a position, of a source that is not finite, has been written
   * down by then; where that fails it is rejected, though its records may have been processed. A receiver has at most one call per source under way: that is the back-pressure.
   */
  consume(batch: Batch): Promise<void>
  /** Announces a source before its first batch. All sources that are there at start are announced first. */
  sourceOpened(source: Source): void
  /** Says that a source is gone. It no longer holds event time back. */
  sourceClosed(source: Source, reason: SourceClosed): void
  /**
   * The least watermark that the detectors behind have for this source; `undefined` before its first time,
   * or where no detector is behind. By it finite inputs are read in the order of time.
   */
  watermark(source: Source): Readonly<HrTime> | undefined
  /** Whether any processor behind asks for the order of time between sources. */
  readonly ordered: boolean
  /** Reports how far reading has come; as often as is convenient, it costs nothing. */
  progress(progress: ReadProgress): void
  /**
   * Says that reading works, or that it does not and is being tried again. Optional: a receiver that never calls
   * it is `ok` from the moment in which `start` has resolved. One that starts without having come up says
   * `trouble` before that, so that it is not taken for one that has. Call it as often as it is known: the same
   * state again only replaces the reason. It writes no log line.
   *
   * @param reason one sentence that a person can act on, without a secret in it; health checks show it
   * @example
   * ```ts
   * host.health('trouble', 'broker:9093 cannot be reached; check host, port and firewall')
   * host.health('ok')
   * ```
   */
  health(state: 'ok'): void
  health(state: 'trouble', reason: string): void
}

/**
 * Reads records and hands them on.
 *
 * The life of one: `start` announces the sources and begins to read; `done` settles when a finite input has
 * ended; `stop` ends reading, and resolves once no `consume` is under way; `close` comes when everything behind
 * has drained.
 */
export interface Receiver extends Component {
  start(): void | Promise<void>
  stop(): void | Promise<void>
  /**
   * Resolves when the input has ended by itself, rejects when the receiver cannot go on. Absent for what
   * never ends, such as a listener.
   */
  readonly done?: Promise<void>
  /**
   * All that came of `source` up to `position` has been delivered by every pipeline, and the state it left can be
   * rebuilt by reading one `lookback` again; or, with a storage, both are in a checkpoint. Only now may the receiver
   * commit.
   */
  safe?(source: Source, position: Position): void
  /**
   * Everything behind has drained, or the time for it is over: no `safe` follows. Here a receiver commits the
   * last positions and ends its connections, which `stop` leaves alone because `safe` is still to come. Called
   * at most once, after `stop`.
   */
  close?(): void | Promise<void>
}
