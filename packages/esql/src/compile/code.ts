import type { Truth, Value } from '../values/value.ts'
import type { StaticType } from './static-type.ts'

/** Reads a value from a record. */
export type Evaluate<R> = (record: R) => unknown
/** Answers yes or no about a record. */
export type Test<R> = (record: R) => boolean

/**
 * A compiled node. Whoever asks only whether it is true asks `isTrue`, which may stop earlier than `evaluate`: in
 * `a AND b` it does not matter whether `a` is false or null. `isFalse` is there for `NOT`.
 */
export interface Code<R> {
  readonly type: StaticType
  readonly evaluate: Evaluate<R>
  readonly isTrue: Test<R>
  readonly isFalse: Test<R>
  /** Set when no record is needed. */
  readonly constant: { readonly value: Value } | undefined
}

/** A value known when compiling. */
export function constantCode<R>(type: StaticType, value: Value): Code<R> {
  const isTrue = value === true
  const isFalse = value === false
  return { type, evaluate: () => value, isTrue: () => isTrue, isFalse: () => isFalse, constant: { value } }
}

/** A value of any type. */
export function valueCode<R>(type: StaticType, evaluate: Evaluate<R>): Code<R> {
  const isTrue = (record: R): boolean => evaluate(record) === true
  const isFalse = (record: R): boolean => evaluate(record) === false
  return { type, evaluate, isTrue, isFalse, constant: undefined }
}

/** True, false or null; with tests that are faster than looking at the value, where there are any. */
export function truthCode<R>(
  evaluate: (record: R) => Truth,
  isTrue: Test<R> = (record) => evaluate(record) === true,
  isFalse: Test<R> = (record) => evaluate(record) === false,
): Code<R> {
  return { type: 'boolean', evaluate, isTrue, isFalse, constant: undefined }
}

/** Evaluates once, now, what is made of constants alone. */
export function fold<R>(code: Code<R>, parts: ReadonlyArray<Code<R>>): Code<R> {
  if (code.constant !== undefined || parts.some((part) => part.constant === undefined)) return code
  // Nothing below looks at the record, so there need not be one.
  const value = code.evaluate(undefined as never) as Value | undefined
  return constantCode(code.type, value ?? null)
}

/** The same value, passed through a function. */
export function mapCode<R>(code: Code<R>, type: StaticType, convert: (value: unknown) => unknown): Code<R> {
  const { evaluate } = code
  return fold(
    valueCode(type, (record: R) => convert(evaluate(record))),
    [code],
  )
}
