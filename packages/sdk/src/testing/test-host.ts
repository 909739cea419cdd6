import type { Batch, Position, Source } from '../batch.ts'
import type { Clock } from '../clock.ts'
import type { Host, Ledger } from '../component.ts'
import type { ExtensionHost } from '../extension.ts'
import { silentLogger } from '../logger.ts'
import type { ReadProgress, ReceiverHost, SourceClosed } from '../receiver.ts'
import type { LogRecord } from '../record.ts'
import type { ReceiverState, RuntimeStatus } from '../status.ts'
import { manualClock } from './manual-clock.ts'

/** What a component told the ledger, to look at in a test. */
export interface TestLedger extends Ledger {
  readonly createdCount: number
  readonly consumedCount: number
  /** Counts by reason. */
  readonly droppedBy: Readonly<Record<string, number>>
  /** Counts by note. */
  readonly notes: Readonly<Record<string, number>>
}

/** A ledger that only adds up. */
export function testLedger(): TestLedger {
  let createdCount = 0
  let consumedCount = 0
  const droppedBy: Record<string, number> = {}
  const notes: Record<string, number> = {}
  return {
    get createdCount() {
      return createdCount
    },
    get consumedCount() {
      return consumedCount
    },
    droppedBy,
    notes,
    created: (count) => {
      createdCount += count
    },
    consumed: (count) => {
      consumedCount += count
    },
    dropped: (reason, count) => {
      droppedBy[reason] = (droppedBy[reason] ?? 0) + count
    },
    noted: (note, count) => {
      notes[note] = (notes[note] ?? 0) + count
    },
  }
}

/** A host for a processor, exporter or extension under test. */
export interface TestHost extends Host {
  readonly ledger: TestLedger
}

/** Makes a {@link TestHost}; its clock stands still unless another is given. */
export function testHost(options: { id?: string; clock?: Clock } = {}): TestHost {
  return {
    id: options.id ?? 'test',
    clock: options.clock ?? manualClock(),
    logger: silentLogger,
    ledger: testLedger(),
  }
}

/** A host for an extension under test. */
export interface TestExtensionHost extends ExtensionHost {
  readonly ledger: TestLedger
}

/** Makes a {@link TestExtensionHost}; by default everything is running and there is nothing in it. */
export function testExtensionHost(
  options: { id?: string; clock?: Clock; status?: () => RuntimeStatus } = {},
): TestExtensionHost {
  const host = testHost(options)
  const since = host.clock.now()
  const running = {
    phase: 'running',
    since,
    reason: undefined,
    pipelines: [],
    receivers: [],
    exporters: [],
  } as const
  return { ...host, status: options.status ?? (() => running) }
}

/** A host for a receiver under test: keeps all that it was handed. */
export interface TestReceiverHost extends Omit<ReceiverHost, 'ledger'> {
  readonly ledger: TestLedger
  readonly batches: Batch[]
  /** The records of all batches in the order of arrival. */
  readonly records: LogRecord[]
  /** `opened id` and `closed id reason`, in order. */
  readonly events: string[]
  readonly lastProgress: ReadProgress | undefined
  /** What it said of its health, in order: `ok`, or `trouble: ` and the reason. */
  readonly healthReports: readonly string[]
}

/** What a {@link TestReceiverHost} may be told to do otherwise. */
export interface TestReceiverHostOptions {
  id?: string
  clock?: Clock
  lookback?: number
  /** Names of the pipelines behind; `logs` without it. */
  pipelines?: readonly string[]
  /** What an earlier run has saved: positions by the id of their source. */
  positions?: ReadonlyMap<string, Position>
  /** What to do with a batch beside keeping it: wait, or throw. */
  consume?: (batch: Batch) => void | Promise<void>
  /** The watermark of a source; with it the host asks for the order of time. */
  watermark?: ReceiverHost['watermark']
}

/** Makes a {@link TestReceiverHost}. */
export function testReceiverHost(options: TestReceiverHostOptions = {}): TestReceiverHost {
  const batches: Batch[] = []
  const events: string[] = []
  const healthReports: string[] = []
  let lastProgress: ReadProgress | undefined
  return {
    ...testHost(options),
    lookback: options.lookback ?? 0,
    pipelines: options.pipelines ?? ['logs'],
    positions: options.positions ?? new Map(),
    batches,
    events,
    healthReports,
    get records() {
      return batches.flatMap((batch) => batch.records)
    },
    get lastProgress() {
      return lastProgress
    },
    async consume(batch) {
      await options.consume?.(batch)
      batches.push(batch)
    },
    sourceOpened: (source: Source) => void events.push(`opened ${source.id}`),
    sourceClosed: (source: Source, reason: SourceClosed) => void events.push(`closed ${source.id} ${reason}`),
    watermark: (source) => options.watermark?.(source),
    ordered: options.watermark !== undefined,
    progress: (progress) => {
      lastProgress = progress
    },
    health: (state: ReceiverState, reason?: string) =>
      void healthReports.push(reason === undefined ? state : `${state}: ${reason}`),
  }
}
