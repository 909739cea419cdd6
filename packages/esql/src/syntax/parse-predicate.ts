import { limits } from '../limits.ts'
import type { Expr, LiteralExpr } from './ast.ts'
import { Binding } from './binding.ts'
import {
  type Cursor,
  expectSymbol,
  fail,
  isKeyword,
  isSymbol,
  node,
  parseList,
  peek,
  take,
  unexpected,
} from './cursor.ts'
import { parseExpr } from './parse-expr.ts'

/** Parses `[NOT] IN (…)`, `[NOT] LIKE …` or `IS [NOT] NULL` behind its operand. */
export function parsePredicate(cursor: Cursor, operand: Expr): Expr {
  if (isKeyword(peek(cursor), 'IS')) return parseIsNull(cursor, operand)
  const negated = isKeyword(peek(cursor), 'NOT')
  if (negated) take(cursor)
  return isKeyword(take(cursor), 'IN')
    ? parseIn(cursor, operand, negated)
    : parseLike(cursor, operand, negated)
}

function parseIsNull(cursor: Cursor, operand: Expr): Expr {
  take(cursor)
  const negated = isKeyword(peek(cursor), 'NOT')
  if (negated) take(cursor)
  if (!isKeyword(peek(cursor), 'NULL')) return unexpected(cursor, negated ? 'NULL' : 'NULL or NOT NULL')
  const end = take(cursor).end
  return node(cursor, { kind: 'is_null', operand, negated, start: operand.start, end }, [operand])
}

function parseIn(cursor: Cursor, operand: Expr, negated: boolean): Expr {
  expectSymbol(cursor, '(', 'after IN')
  const { items, end } = parseList(cursor, ')', () => parseExpr(cursor, Binding.comparison))
  return node(cursor, { kind: 'in', operand, items, negated, start: operand.start, end }, [operand, ...items])
}

function parseLike(cursor: Cursor, operand: Expr, negated: boolean): Expr {
  const start = operand.start
  if (!isSymbol(peek(cursor), '(')) {
    const pattern = parsePattern(cursor)
    const span = { start, end: pattern.end }
    return node(cursor, { kind: 'like', operand, patterns: [pattern], negated, ...span }, [operand])
  }
  take(cursor)
  const { items, end } = parseList(cursor, ')', () => parsePattern(cursor))
  return node(cursor, { kind: 'like', operand, patterns: items, negated, start, end }, [operand])
}

function parsePattern(cursor: Cursor): LiteralExpr {
  const token = peek(cursor)
  if (token.kind !== 'string') return unexpected(cursor, 'a pattern in double quotes after LIKE')
  if (token.value.length > limits.patternLength) {
    fail(cursor, 'limit', token, `a pattern is longer than ${limits.patternLength} characters`)
  }
  take(cursor)
  const { value, start, end } = token
  return node(cursor, { kind: 'literal', type: 'string', value, start, end })
}
