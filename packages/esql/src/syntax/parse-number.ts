import { shrink } from '../values/numbers.ts'
import type { LiteralExpr } from './ast.ts'
import { type Cursor, fail, node, peek, take, unexpected } from './cursor.ts'
import type { Token } from './token.ts'

const INT_MAX = 2n ** 31n - 1n
const UNSIGNED_LONG_MAX = 2n ** 64n - 1n
// An integer with more digits is a double whatever they are; BigInt need not read them.
const MOST_DIGITS = 20

/**
 * Parses a number, behind its sign if it has one. As in ES|QL an integer that fits no long, signed or
 * unsigned, becomes a double.
 */
export function parseNumber(cursor: Cursor, sign?: Token, negative = false): LiteralExpr {
  const token = peek(cursor)
  if (token.kind !== 'number') return unexpected(cursor, 'a number')
  take(cursor)
  const span = { start: sign?.start ?? token.start, end: token.end }
  const digits = token.text.replace(/^0+(?=[0-9])/, '')
  if (!token.decimal && digits.length <= MOST_DIGITS) {
    const exact = negative ? -BigInt(digits) : BigInt(digits)
    if (exact >= -(2n ** 63n) && exact <= UNSIGNED_LONG_MAX) {
      const type = exact >= -INT_MAX - 1n && exact <= INT_MAX ? 'integer' : 'long'
      const value = shrink(exact)
      return node(cursor, { kind: 'literal', type, value, ...span })
    }
  }
  const value = Number(token.text) * (negative ? -1 : 1)
  if (!Number.isFinite(value)) return fail(cursor, 'syntax', span, 'this number is too large for a double')
  return node(cursor, { kind: 'literal', type: 'double', value, ...span })
}
