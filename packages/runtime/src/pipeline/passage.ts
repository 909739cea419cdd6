import type { Batch } from '@lacuna/sdk'
import type { Line } from './line.ts'

/**
 * The way of one batch through the pipelines of its receiver, as a storage follows it. There is one only where there
 * is a storage.
 */
export interface Passage {
  /** Where there are several pipelines: what each gets, in their order, before the first of them gets it. */
  given(batches: readonly Batch[]): void
  /** The pipeline's processors are done with the batch, and the queues have what came of it. */
  passed(line: Line): void
  /** The pipeline is over, and has not looked at it. */
  skipped(line: Line): void
}
