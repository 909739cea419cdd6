import type { Batch, Source } from './batch.ts'
import type { Component } from './component.ts'
import type { SourceClosed } from './receiver.ts'
import type { LogRecord } from './record.ts'
import type { HrTime } from './time.ts'

/** What a processor is told about time; it never reads a clock itself. */
export interface Tick {
  /** The wall clock. Says only what lies in the future. */
  readonly now: Readonly<HrTime>
  /**
   * Milliseconds since the tick before in which records could have come: time under back-pressure, asleep or
   * while the machine's clock was set does not count.
   */
  readonly elapsed: number
}

/** What a snapshot is about, beside its entries. */
export interface SnapshotHeader {
  /** The version of the processor's own format. */
  readonly version: number
  /** What gives the state its meaning (window, condition, group), as text. State of another one is not kept. */
  readonly fingerprint: string
  /** Small things that belong to no key: watermarks, say. */
  readonly data?: Uint8Array
}

/** One changed key with its new bytes, or `undefined` when it is gone. One group is one entry. */
export type SnapshotEntry = readonly [key: string, value: Uint8Array | undefined]

/**
 * What a processor knows at the moment at which it was asked.
 *
 * The header is taken at once. The entries are gone through later, some milliseconds at a time, while further batches
 * come: what they yield must still be the state of that moment. Whoever holds little makes a list of them; whoever holds
 * much packs a group when it is its turn, or just before it changes. The next `snapshot` is not asked for before the
 * entries of this one have been gone through to their end.
 */
export interface Snapshot {
  readonly header: SnapshotHeader
  /**
   * What changed since the last snapshot; all there is for the first one. What {@link Processor.restore} took back
   * counts as saved.
   */
  readonly entries: Iterable<SnapshotEntry>
}

/**
 * Gets batches, gives records.
 *
 * Every record that goes in comes out, or is accounted for in the ledger. A processor that throws loses the
 * batch it was given: the runtime counts it as dropped (`processor_error`) and goes on.
 *
 * @example
 * ```ts
 * const processor: Processor = { process: batch => batch.records.filter(record => record.body !== '') }
 * ```
 */
export interface Processor extends Component {
  /** Whether it changes records in place. Then it gets copies where others see the same records. */
  readonly mutates?: boolean
  /** Milliseconds of event time that rebuild its state when read again. */
  readonly lookback?: number
  /** Whether it wants finite sources read in the order of time. It must then have `watermark`. */
  readonly ordered?: boolean
  /**
   * The records to pass on. Synchronous unless it must wait. The list it is given may be returned.
   * {@link Batch.replay} is true for what is read again.
   */
  process(batch: Batch): LogRecord[] | Promise<LogRecord[]>
  /** Once a second while records can come, and before the first batch. Gives records that time alone caused. */
  tick?(tick: Tick): LogRecord[]
  /** The input has ended: whatever is still open is told now. */
  flush?(): LogRecord[]
  /** A source is there, before its first batch. */
  sourceOpened?(source: Source): void
  /** A source is gone. Gives records that this caused, now that it holds event time back no longer. */
  sourceClosed?(source: Source, reason: SourceClosed): LogRecord[]
  /** The watermark of one source; `undefined` before its first time. */
  watermark?(source: Source): Readonly<HrTime> | undefined
  /**
   * State that changed since the last snapshot. Absent where there is none to save. With a storage it is asked for
   * once before `restore`, when nothing has been processed: for its header, to compare, and so that the next one holds
   * only what has changed since. One that throws, or whose entries do, is not saved any more.
   */
  snapshot?(): Snapshot
  /**
   * Takes back what the snapshots of an earlier run hold together. Called before the first batch, and only with the
   * version and the fingerprint that the processor's own header has. Throws where that cannot be, and is then as new.
   */
  restore?(header: SnapshotHeader, entries: Iterable<SnapshotEntry>): void
}
