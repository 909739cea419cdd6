import type { Clock, Logger } from '@lacuna/sdk'
import type { Components } from '../config/checked-config.ts'
import type { Progress } from './progress.ts'
import type { Summary } from './summary.ts'

/** What pipelines are built with, beside their configuration. */
export interface BuildOptions {
  /** The machine's clock, unless a test or a replay owns the time. */
  readonly clock?: Clock
  /** Where the pipelines say what an operator must know; by default nowhere. */
  readonly logger?: Logger
  /** Aborting it is the same as {@link Pipeline.stop}. */
  readonly signal?: AbortSignal
  /** Told how far reading has come, whenever a receiver says so. */
  readonly onProgress?: (progress: Progress) => void
  /** From 0 up to, not including, 1: spreads the tries of a delivery. `Math.random` by default. */
  readonly random?: () => number
}

/** What `createPipeline` needs beside a configuration. */
export interface PipelineOptions extends BuildOptions {
  /** The components that the configuration may name, by type. */
  readonly components: Components
  /** What `${env:NAME}` in the configuration means; by default the process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * All pipelines of a configuration, as one thing that starts and stops.
 *
 * @example
 * ```ts
 * const pipeline = await createPipeline(config, { components })
 * await pipeline.start()
 * await pipeline.done
 * console.log(pipeline.counters())
 * ```
 */
export interface Pipeline {
  /**
   * Starts extensions, exporters, processors, and receivers last. Rejects with a `LacunaError` that names the
   * component that could not start; all others have been stopped by then.
   */
  start(): Promise<void>
  /**
   * Settles when everything has ended and drained. Resolves when every input ended by itself, after a stop, and
   * when every output has closed; rejects with a `LacunaError` when starting failed or a component could not
   * go on.
   */
  readonly done: Promise<void>
  /**
   * Stops the receivers, lets what they handed on drain, and stops the rest. Windows stay open: only the end of
   * an input closes them. Resolves, whatever happens, at the latest after `deadline` milliseconds (default
   * 30,000): what is not delivered by then is counted as dropped with the reason `deadline`. A further call with
   * an earlier deadline ends it sooner; 0 ends it at once.
   */
  stop(options?: { readonly deadline?: number }): Promise<void>
  /** The accounting so far. */
  counters(): Summary
}
