import { EsqlError } from '../error.ts'
import { nearest } from '../suggest.ts'
import type { CastType, Expr } from './ast.ts'
import { type Cursor, node, peek, take, unexpected } from './cursor.ts'

/** Every name of a type, and the type it means. */
const TYPES: ReadonlyMap<string, CastType> = new Map([
  ['INTEGER', 'integer'],
  ['INT', 'integer'],
  ['LONG', 'long'],
  ['DOUBLE', 'double'],
  ['STRING', 'string'],
  ['KEYWORD', 'string'],
  ['TEXT', 'string'],
  ['BOOLEAN', 'boolean'],
  ['BOOL', 'boolean'],
  ['IP', 'ip'],
  ['DATETIME', 'datetime'],
  ['DATE', 'datetime'],
])

/** Parses `::type` behind its operand. */
export function parseCast(cursor: Cursor, operand: Expr): Expr {
  take(cursor)
  const token = peek(cursor)
  if (token.kind !== 'name') return unexpected(cursor, 'the name of a type after ::')
  const type = TYPES.get(token.upper)
  if (type === undefined) {
    const names = 'integer, long, double, string, boolean, ip, datetime'
    const suggestion = nearest(token.text, TYPES.keys())?.toLowerCase()
    const message = `unknown type ${token.text.slice(0, 60)}, expected one of ${names}`
    throw new EsqlError('syntax', cursor.source, token, message, suggestion)
  }
  take(cursor)
  return node(cursor, { kind: 'cast', operand, type, start: operand.start, end: token.end }, [operand])
}
