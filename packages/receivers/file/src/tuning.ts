import type { Readable } from 'node:stream'

/** What a test may set otherwise. */
export interface Tuning {
  readonly chunkBytes?: number
  readonly maxBatch?: number
  readonly mergeLimit?: number
  readonly maxOpen?: number
  readonly turn?: number
  readonly cwd?: string
  readonly stdin?: () => Readable
}

/** Records of a batch at most: more gain nothing, and what hangs on them lives through a collection. */
export const MAX_BATCH = 512
