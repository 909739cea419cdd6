/**
 * What kind of thing is wrong with an expression:
 *
 * - `syntax`: the text cannot be read as an expression
 * - `unknown_function`: a call to a function that does not exist here
 * - `arguments`: too few or too many arguments
 * - `type`: a literal, a cast or a function's result is of a type that can never work where it stands
 * - `limit`: the text is longer, deeper or wider than {@link limits} allow
 */
export type EsqlErrorCode = 'syntax' | 'unknown_function' | 'arguments' | 'type' | 'limit'

/** Where in the source an error lies. Offsets count UTF-16 code units from 0, `end` is exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * An expression that cannot be compiled. Nothing else is thrown for a wrong expression, and nothing at all
 * is thrown once it has been compiled.
 *
 * @example
 * ```ts
 * try {
 *   compileCondition('TO_LOWR(model) == "gpt"', resolve)
 * } catch (error) {
 *   if (error instanceof EsqlError) console.error(formatError(error))
 * }
 * // 1:1: unknown function TO_LOWR, did you mean TO_LOWER?
 * //   TO_LOWR(model) == "gpt"
 * //   ^^^^^^^
 * ```
 */
export class EsqlError extends Error {
  override readonly name = 'EsqlError'
  readonly code: EsqlErrorCode
  /** The whole expression. */
  readonly source: string
  /** First character of what is wrong, in UTF-16 code units from 0. */
  readonly offset: number
  /** One past its last character. Equal to `offset` where something is missing at the end. */
  readonly end: number
  /** Line of `offset`, from 1. */
  readonly line: number
  /** Column of `offset` in its line, in UTF-16 code units from 1. */
  readonly column: number
  /** The nearest name that exists, where a name is unknown. */
  readonly suggestion: string | undefined

  constructor(code: EsqlErrorCode, source: string, span: Span, message: string, suggestion?: string) {
    super(suggestion === undefined ? message : `${message}, did you mean ${suggestion}?`)
    this.code = code
    this.source = source
    this.offset = span.start
    this.end = span.end
    this.suggestion = suggestion
    const before = source.slice(0, span.start).split(/\r\n|\n|\r/)
    this.line = before.length
    this.column = (before.at(-1) ?? '').length + 1
  }
}
