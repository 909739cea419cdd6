import type { ComparisonOperator } from '../syntax/ast.ts'
import { equals, isLess, isLessOrEqual } from '../values/compare.ts'
import { isNumeric, type Truth } from '../values/value.ts'
import { type Code, constantCode, type Evaluate, fold, type Test, truthCode } from './code.ts'
import { alignTypes } from './comparable.ts'
import { not } from './logic.ts'

type Ordering = Exclude<ComparisonOperator, '==' | '!='>

const ORDER: Readonly<Record<Ordering, (a: unknown, b: unknown) => Truth>> = {
  '<': isLess,
  '<=': isLessOrEqual,
  '>': (a, b) => isLess(b, a),
  '>=': (a, b) => isLessOrEqual(b, a),
}

/** The operator that says the same with its sides exchanged. */
const MIRROR: Readonly<Record<Ordering, Ordering>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

/** `left operator right` */
export function comparison<R>(operator: ComparisonOperator, left: Code<R>, right: Code<R>): Code<R> {
  const [a, b] = alignTypes([left, right])
  if (a === undefined || b === undefined) throw new TypeError('a comparison has two sides')
  if (a.constant?.value === null || b.constant?.value === null) return constantCode('boolean', null)
  if (operator === '==') return fold(equality(a, b), [a, b])
  if (operator === '!=') return not(fold(equality(a, b), [a, b]))
  const flip = a.constant !== undefined && b.constant === undefined
  return fold(flip ? ordering(MIRROR[operator], b, a) : ordering(operator, a, b), [a, b])
}

function equality<R>(a: Code<R>, b: Code<R>): Code<R> {
  if (a.constant !== undefined && b.constant === undefined) return equality(b, a)
  const get = a.evaluate
  const literal = b.constant?.value
  if (typeof literal === 'string') return equalsString(get, literal)
  if (typeof literal === 'number') return equalsNumber(get, literal)
  if (typeof literal === 'boolean') return equalsBoolean(get, literal)
  const other = b.evaluate
  return truthCode((record) => equals(get(record), other(record)))
}

function equalsString<R>(get: Evaluate<R>, literal: string): Code<R> {
  return truthCode(
    (record) => {
      const value = get(record)
      return typeof value === 'string' ? value === literal : null
    },
    (record) => get(record) === literal,
    (record) => {
      const value = get(record)
      return typeof value === 'string' && value !== literal
    },
  )
}

function equalsNumber<R>(get: Evaluate<R>, literal: number): Code<R> {
  return truthCode(
    (record) => equals(get(record), literal),
    (record) => {
      const value = get(record)
      // A bigint that small is unusual, but it is the same number.
      return value === literal || (typeof value === 'bigint' && value <= literal && value >= literal)
    },
    (record) => equals(get(record), literal) === false,
  )
}

function equalsBoolean<R>(get: Evaluate<R>, literal: boolean): Code<R> {
  return truthCode(
    (record) => {
      const value = get(record)
      return typeof value === 'boolean' ? value === literal : null
    },
    (record) => get(record) === literal,
    (record) => get(record) === !literal,
  )
}

function ordering<R>(operator: Ordering, a: Code<R>, b: Code<R>): Code<R> {
  const order = ORDER[operator]
  const get = a.evaluate
  const literal = b.constant?.value
  if (isNumeric(literal)) {
    return truthCode((record) => order(get(record), literal), orderTest(operator, get, literal))
  }
  const other = b.evaluate
  return truthCode((record) => order(get(record), other(record)))
}

function orderTest<R>(operator: Ordering, get: Evaluate<R>, literal: number | bigint): Test<R> {
  switch (operator) {
    case '<':
      return (record) => {
        const value = get(record)
        return isNumeric(value) && value < literal
      }
    case '<=':
      return (record) => {
        const value = get(record)
        return isNumeric(value) && value <= literal
      }
    case '>':
      return (record) => {
        const value = get(record)
        return isNumeric(value) && value > literal
      }
    case '>=':
      return (record) => {
        const value = get(record)
        return isNumeric(value) && value >= literal
      }
  }
}
