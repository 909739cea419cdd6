import type { ChangeSet } from './change-set.ts'

/** What one part of a cut leaves to be done after it. */
export interface CutPart {
  /** Writes the rest, step by step, while the stream goes on: what it yields means nothing. */
  readonly rest?: Iterable<unknown>
  /** What is in the cut survives a crash now. */
  readonly durable?: () => void
}

/** Something that takes part in every checkpoint. */
export interface Participant {
  /**
   * Notes what is now, synchronously, and writes what is small. What it leaves for later must give the state of this
   * moment, whatever has happened since. It is not called again before that is over.
   */
  cut(changes: ChangeSet): CutPart | undefined
}
