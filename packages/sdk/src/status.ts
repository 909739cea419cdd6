import type { HrTime } from './time.ts'

/** Where in its life the whole is: `stopping` begins with the stop and lasts until everything has drained. */
export type Phase = 'starting' | 'running' | 'stopping'

/**
 * How a receiver or a pipeline is. `trouble` is being tried again and may pass by itself; `ended` means that
 * nothing more is read.
 */
export type ReceiverState = 'starting' | 'ok' | 'trouble' | 'ended'

/** How an exporter is. It is `failing` from a delivery that failed to one that did not. */
export type ExporterState = 'starting' | 'ok' | 'failing' | 'ended'

/** What all that have a state say of it. */
export interface StateOf<State> {
  readonly id: string
  readonly state: State
  /** When that state began, by the wall clock. A new reason for the same state does not change it. */
  readonly since: Readonly<HrTime>
  /**
   * Why it is not well, in one sentence without a secret in it; `undefined` when there is nothing to say. Short
   * and free of control characters, but it may quote another machine: escape it where it is shown.
   */
  readonly reason: string | undefined
}

/** How a receiver is. */
export interface ReceiverStatus extends StateOf<ReceiverState> {
  /** Whether it has been `ok` since it was made. False together with `trouble`: it has never worked. */
  readonly cameUp: boolean
}

/** How full the queue of an exporter is. Zero as a limit is none. */
export interface QueueStatus {
  /** Records that wait. What is under way is not among them. */
  readonly records: number
  readonly maxRecords: number
  /** Bytes they take, estimated; 0 where no limit asks for it. */
  readonly bytes: number
  readonly maxBytes: number
  /** Whether a pipeline waits for room in it now. */
  readonly blocking: boolean
}

/** How an exporter is. */
export interface ExporterStatus extends StateOf<ExporterState> {
  readonly queue: QueueStatus
}

/** How a pipeline is, which follows from its receivers and exporters. */
export interface PipelineStatus {
  readonly id: string
  /** `trouble` when a receiver of it is in trouble or an exporter fails; `ended` when nothing is read for it. */
  readonly state: ReceiverState
  /** Ids of its receivers and exporters, which are in the {@link RuntimeStatus}. */
  readonly receivers: readonly string[]
  readonly exporters: readonly string[]
}

/**
 * How everything is, at the moment in which it was asked. Each list is in the order of the configuration.
 *
 * @example
 * ```ts
 * const { phase, receivers } = host.status()
 * const away = receivers.filter(({ state }) => state === 'trouble')
 * ```
 */
export interface RuntimeStatus {
  readonly phase: Phase
  /** When the phase began, by the wall clock. */
  readonly since: Readonly<HrTime>
  /** Why it is stopping, where a component could not go on. */
  readonly reason: string | undefined
  readonly pipelines: readonly PipelineStatus[]
  readonly receivers: readonly ReceiverStatus[]
  readonly exporters: readonly ExporterStatus[]
}
