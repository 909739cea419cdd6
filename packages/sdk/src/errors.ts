/**
 * An error that a person can act on: a code for machines, a sentence for people, the component's id in
 * front. Its message never holds a secret or unescaped text from a log.
 *
 * @example
 * ```ts
 * throw new LacunaError('no_input', 'no file matches logs/*.ndjson', { component: 'file' })
 * // file: no file matches logs/*.ndjson
 * ```
 */
export class LacunaError extends Error {
  readonly code: string
  readonly component: string | undefined

  constructor(code: string, message: string, options: { component?: string; cause?: unknown } = {}) {
    super(
      options.component === undefined ? message : `${options.component}: ${message}`,
      // Given as `undefined` it would be an own property, and be printed.
      options.cause === undefined ? {} : { cause: options.cause },
    )
    this.name = 'LacunaError'
    this.code = code
    this.component = options.component
  }
}

/** What an exporter throws when sending the same records again cannot help. */
export class PermanentError extends LacunaError {
  constructor(message: string, options: { component?: string; cause?: unknown } = {}) {
    super('permanent', message, options)
    this.name = 'PermanentError'
  }
}

/** What an exporter throws, or `consume` rejects with, when the same records may be accepted later. */
export class RetryableError extends LacunaError {
  /** Milliseconds that the other side asked to wait for, where it did. */
  readonly retryAfter: number | undefined

  constructor(message: string, options: { component?: string; cause?: unknown; retryAfter?: number } = {}) {
    super('retryable', message, options)
    this.name = 'RetryableError'
    this.retryAfter = options.retryAfter
  }
}

/** What an exporter throws when some records were delivered and some were refused for good. */
export class PartialError extends LacunaError {
  /** Indexes of the refused records in the list that was handed to `export`. */
  readonly failed: readonly number[]

  constructor(message: string, failed: readonly number[], options: { component?: string } = {}) {
    super('partial', message, options)
    this.name = 'PartialError'
    this.failed = failed
  }
}
