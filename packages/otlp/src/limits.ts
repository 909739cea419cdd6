import { WireError } from './wire-error.ts'

/** Levels of lists and maps in a value. What may come in may also go out, so the encoders have the same bound. */
export const MAX_DEPTH = 64

/**
 * Records in a request. An empty record takes two bytes on the wire and over a hundred in memory: without a
 * bound, a body of 64 MiB would become gigabytes.
 */
export const MAX_RECORDS = 2 ** 18

/** Values in a request, those in lists and maps and groups included: one of two bytes may become one of sixty. */
export const MAX_VALUES = 2 ** 21

/** What is taken of a request. */
export interface DecodeOptions {
  /** Levels of lists and maps in a value; 64 unless told. */
  readonly maxDepth?: number
  /** The time of observation of records that bring none. Left at "no time" unless told. */
  readonly observed?: Readonly<[seconds: number, nanoseconds: number]>
}

/** Counts what a request holds and how deep, and refuses what is beyond the bounds. */
export class Budget {
  readonly maxDepth: number
  #records = 0
  #values = 0

  constructor(maxDepth = MAX_DEPTH) {
    this.maxDepth = maxDepth
  }

  record(): void {
    if (++this.#records > MAX_RECORDS) {
      throw new WireError(`a request may hold at most ${MAX_RECORDS} records: send them in smaller batches`)
    }
  }

  value(): void {
    if (++this.#values > MAX_VALUES) {
      throw new WireError(`a request may hold at most ${MAX_VALUES} values: send them in smaller batches`)
    }
  }

  /** Called with the level that a list or a map is about to open, from 1. */
  level(depth: number): void {
    if (depth > this.maxDepth) {
      throw new WireError(`a value is nested deeper than ${this.maxDepth} levels`)
    }
  }
}
