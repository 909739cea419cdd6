/**
 * Something wrong with the storage, on either thread. Plain, because a class of ours does not survive the way from
 * the worker, and the worker loads as little as it can.
 */
export interface Problem {
  readonly code: ProblemCode
  /** A sentence without the component's id. */
  readonly message: string
}

export type ProblemCode =
  /** The files are damaged or do not belong together. */
  | 'storage_corrupt'
  /** Written by a Lacuna that knows more than this one. */
  | 'storage_newer'
  /** Another process has it. */
  | 'storage_locked'
  /** The file system does not let us, at start. */
  | 'storage_unwritable'
  /** This commit was not written; a later one may be. */
  | 'storage_not_written'
  /** Used before it was opened, or after it was closed. */
  | 'storage_closed'
  /** A space, key or value that cannot be kept. */
  | 'storage_bad_entry'

/** Thrown inside this package; the extension makes a `LacunaError` of it. */
export class StorageProblem extends Error implements Problem {
  readonly code: ProblemCode

  constructor(code: ProblemCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'StorageProblem'
    this.code = code
  }
}

/** The plain form of whatever was thrown. */
export function toProblem(error: unknown, otherwise: ProblemCode): Problem {
  if (error instanceof StorageProblem) return { code: error.code, message: error.message }
  return { code: otherwise, message: error instanceof Error ? error.message : String(error) }
}
