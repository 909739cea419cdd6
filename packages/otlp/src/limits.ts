import { WireError } from './wire-error.ts'

/** Levels of lists and maps in a value. What may come in may also go out, so the encoders have the same bound. */
export const MAX_DEPTH = 64

/**
 * Records in a request. An empty record takes two bytes on the wire and over a hundred in memory: without a
 * bound, a body of 64 MiB would become gigabytes.
 */
export const MAX_RECORDS = 2 ** 18

/** Values in a request, those in lists and maps included: one of two bytes may become one of sixty. */
export const MAX_VALUES = 2 ** 21

/** Resources and scopes in a request, empty ones too: each is several objects, out of two bytes. */
export const MAX_GROUPS = 2 ** 16

/** What a double with an integral value counts for: its place is noted as text, which takes that much longer. */
const MARKED = 4

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
  #groups = 0

  constructor(maxDepth = MAX_DEPTH) {
    this.maxDepth = maxDepth
  }

  record(): void {
    if (++this.#records > MAX_RECORDS) {
      throw new WireError(`a request may hold at most ${MAX_RECORDS} records: send them in smaller batches`)
    }
  }

  /** A resource or a scope with what is in it. */
  group(): void {
    if (++this.#groups > MAX_GROUPS) {
      throw new WireError(
        `a request may hold at most ${MAX_GROUPS} resources and scopes: send them in smaller batches`,
      )
    }
  }

  /** Also for a field that comes again where one is enough: the last one counts, but all were read. */
  value(): void {
    if (++this.#values > MAX_VALUES) throw tooManyValues()
  }

  /** On top of {@link Budget.value}, for a double with an integral value. */
  mark(): void {
    this.#values += MARKED - 1
    if (this.#values > MAX_VALUES) throw tooManyValues()
  }

  /** Called with the level that a list or a map is about to open, from 1. */
  level(depth: number): void {
    if (depth > this.maxDepth) {
      throw new WireError(`a value is nested deeper than ${this.maxDepth} levels`)
    }
  }
}

export function tooManyValues(): WireError {
  return new WireError(`a request may hold at most ${MAX_VALUES} values: send them in smaller batches`)
}
