import { isNull, type Truth } from '../values/value.ts'
import { wildcard } from '../values/wildcard.ts'
import { type Code, fold, truthCode } from './code.ts'

/** `a IS NULL`: never null itself. */
export function isNullTest<R>(operand: Code<R>): Code<R> {
  const { evaluate } = operand
  const isTrue = (record: R): boolean => isNull(evaluate(record))
  return fold(
    truthCode(isTrue, isTrue, (record) => !isNull(evaluate(record))),
    [operand],
  )
}

/** `a LIKE "pattern"`, or one of several. Null for all but a text. */
export function like<R>(operand: Code<R>, patterns: readonly string[]): Code<R> {
  const { evaluate } = operand
  const matchers = patterns.map(wildcard)
  const [only] = matchers
  const matches =
    matchers.length === 1 && only !== undefined
      ? only
      : (text: string) => matchers.some((matcher) => matcher(text))
  const test = (record: R): Truth => {
    const value = evaluate(record)
    return typeof value === 'string' ? matches(value) : null
  }
  return fold(truthCode(test), [operand])
}
