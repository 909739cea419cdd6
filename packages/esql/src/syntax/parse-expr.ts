import { limits } from '../limits.ts'
import type { ArithmeticOperator, ComparisonOperator, Expr } from './ast.ts'
import { Binding } from './binding.ts'
import { type Cursor, fail, isKeyword, isSymbol, nested, node, peek, take } from './cursor.ts'
import { parseCast } from './parse-cast.ts'
import { parseNumber } from './parse-number.ts'
import { parsePredicate } from './parse-predicate.ts'
import { parsePrimary } from './parse-primary.ts'
import type { Token } from './token.ts'

const COMPARISONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>=']
const PREDICATES: readonly string[] = ['IN', 'LIKE', 'IS']

/**
 * Parses an expression of operators that bind at least as tightly as `least` (precedence climbing).
 * Comparisons and predicates do not chain: behind one of them only looser operators may follow.
 */
export function parseExpr(cursor: Cursor, least: number = Binding.any): Expr {
  return nested(cursor, () => {
    let left = parsePrefix(cursor, least)
    let most: number = Binding.cast
    for (;;) {
      const token = peek(cursor)
      const binding = bindingOf(token, peek(cursor, 1))
      if (binding === undefined || binding < least) return left
      if (binding > most) {
        const advice = 'comparisons cannot be chained, join them with AND or OR, or use parentheses'
        fail(cursor, 'syntax', token, advice)
      }
      left = parseInfix(cursor, left, binding)
      if (binding === Binding.comparison || binding === Binding.predicate) most = binding - 1
    }
  })
}

function bindingOf(token: Token, next: Token): number | undefined {
  if (token.kind === 'name') {
    if (token.upper === 'OR') return Binding.or
    if (token.upper === 'AND') return Binding.and
    if (PREDICATES.includes(token.upper)) return Binding.predicate
    const negated = token.upper === 'NOT' && (isKeyword(next, 'IN') || isKeyword(next, 'LIKE'))
    return negated ? Binding.predicate : undefined
  }
  if (token.kind !== 'symbol') return undefined
  if (COMPARISONS.includes(token.text)) return Binding.comparison
  if (token.text === '+' || token.text === '-') return Binding.sum
  if (token.text === '*' || token.text === '/' || token.text === '%') return Binding.product
  return token.text === '::' ? Binding.cast : undefined
}

function parseInfix(cursor: Cursor, left: Expr, binding: number): Expr {
  if (binding === Binding.or) return parseLogical(cursor, left, 'OR', binding)
  if (binding === Binding.and) return parseLogical(cursor, left, 'AND', binding)
  if (binding === Binding.predicate) return parsePredicate(cursor, left)
  if (binding === Binding.cast) return parseCast(cursor, left)
  const token = take(cursor)
  const operator = token.kind === 'symbol' ? token.text : ''
  const right = parseExpr(cursor, binding + 1)
  const span = { start: left.start, end: right.end }
  if (binding === Binding.comparison) {
    const comparison = {
      kind: 'comparison',
      operator: operator as ComparisonOperator,
      left,
      right,
      ...span,
    } as const
    return node(cursor, comparison, [left, right])
  }
  const arithmetic = {
    kind: 'arithmetic',
    operator: operator as ArithmeticOperator,
    left,
    right,
    ...span,
  } as const
  return node(cursor, arithmetic, [left, right])
}

/** A chain of one operator becomes one node, however long it is. */
function parseLogical(cursor: Cursor, first: Expr, operator: 'AND' | 'OR', binding: number): Expr {
  const operands = [first]
  while (isKeyword(peek(cursor), operator)) {
    const token = take(cursor)
    if (operands.length >= limits.listItems) {
      fail(cursor, 'limit', token, `more than ${limits.listItems} terms are joined by ${operator}`)
    }
    operands.push(parseExpr(cursor, binding + 1))
  }
  const end = operands.at(-1)?.end ?? first.end
  return node(cursor, { kind: 'logical', operator, operands, start: first.start, end }, operands)
}

function parsePrefix(cursor: Cursor, least: number): Expr {
  const token = peek(cursor)
  if (isKeyword(token, 'NOT')) {
    if (least > Binding.not) fail(cursor, 'syntax', token, 'NOT needs parentheses here: (NOT …)')
    take(cursor)
    const operand = parseExpr(cursor, Binding.not)
    return node(cursor, { kind: 'not', operand, start: token.start, end: operand.end }, [operand])
  }
  if (isSymbol(token, '-') || isSymbol(token, '+')) {
    take(cursor)
    const negative = isSymbol(token, '-')
    // The sign of a number is part of it: the least long has no positive twin.
    if (peek(cursor).kind === 'number') return parseNumber(cursor, token, negative)
    const operand = parseExpr(cursor, Binding.sign)
    if (!negative) return operand
    return node(cursor, { kind: 'negate', operand, start: token.start, end: operand.end }, [operand])
  }
  return parsePrimary(cursor)
}
