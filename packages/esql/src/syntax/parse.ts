import type { Expr } from './ast.ts'
import { isKeyword, isSymbol, openCursor, peek, unexpected } from './cursor.ts'
import { parseExpr } from './parse-expr.ts'

/** Commands a whole query begins with. They are read here only to say a better sentence. */
const COMMANDS = ['FROM', 'ROW', 'WHERE', 'EVAL', 'STATS', 'TS', 'SHOW']

/**
 * Parses one ES|QL expression. The tree holds names as written: whether a function exists and takes such
 * arguments is for the compiler.
 *
 * @throws EsqlError `syntax` or `limit`, with the place of the first thing that is wrong
 *
 * @example
 * ```ts
 * parseExpression('length == 0')
 * // { kind: 'comparison', operator: '==', left: { kind: 'field', name: 'length', … }, right: …, start: 0, end: 11 }
 * ```
 */
export function parseExpression(source: string): Expr {
  const cursor = openCursor(source)
  const first = peek(cursor)
  const expr = parseExpr(cursor)
  const next = peek(cursor)
  if (next.kind === 'end') return expr
  const isCommand = first.kind === 'name' && COMMANDS.includes(first.upper) && next.kind === 'name'
  if (isCommand || isSymbol(next, '|')) {
    cursor.index = isCommand ? 0 : cursor.index
    return unexpected(cursor, 'an expression alone (whole queries are not supported)')
  }
  if (isKeyword(next, 'RLIKE')) return unexpected(cursor, 'LIKE (RLIKE is not supported)')
  return unexpected(cursor, 'an operator or the end of the expression')
}
