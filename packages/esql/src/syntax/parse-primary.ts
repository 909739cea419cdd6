import type { Expr, FieldExpr, LiteralExpr } from './ast.ts'
import { Binding } from './binding.ts'
import {
  type Cursor,
  expectSymbol,
  fail,
  isSymbol,
  node,
  parseList,
  peek,
  take,
  unexpected,
} from './cursor.ts'
import { parseExpr } from './parse-expr.ts'
import { parseNumber } from './parse-number.ts'
import { describe, type NameToken } from './token.ts'

/** Words that are no field names unless they are quoted or stand behind a dot. */
const RESERVED = new Set(['AND', 'OR', 'NOT', 'IN', 'IS', 'LIKE', 'RLIKE', 'NULL', 'TRUE', 'FALSE'])

/** Parses what operators stand between: a literal, a list, a field, a call, or anything in parentheses. */
export function parsePrimary(cursor: Cursor): Expr {
  const token = peek(cursor)
  if (token.kind === 'number') return parseNumber(cursor)
  if (token.kind === 'string') return parseString(cursor)
  if (token.kind === 'quoted_name') return parseField(cursor)
  if (token.kind === 'name') return parseWord(cursor, token)
  if (isSymbol(token, '(')) {
    take(cursor)
    const inner = parseExpr(cursor, Binding.any)
    expectSymbol(cursor, ')', 'to close the parenthesis')
    return inner
  }
  if (isSymbol(token, '[')) return parseLiteralList(cursor)
  return unexpected(cursor, `a value${afterPrevious(cursor)}`)
}

function parseWord(cursor: Cursor, token: NameToken): Expr {
  const { start, end } = token
  if (token.upper === 'TRUE' || token.upper === 'FALSE') return parseBoolean(cursor, token)
  if (token.upper === 'NULL') {
    take(cursor)
    return node(cursor, { kind: 'literal', type: 'null', value: null, start, end })
  }
  if (RESERVED.has(token.upper)) {
    return unexpected(
      cursor,
      `a value${afterPrevious(cursor)} (a field of this name is written in back-quotes)`,
    )
  }
  return isSymbol(peek(cursor, 1), '(') ? parseCall(cursor, token) : parseField(cursor)
}

function parseCall(cursor: Cursor, token: NameToken): Expr {
  take(cursor)
  take(cursor)
  const call = { kind: 'call', name: token.text, nameSpan: { start: token.start, end: token.end } } as const
  if (isSymbol(peek(cursor), ')')) {
    return node(cursor, { ...call, args: [], start: token.start, end: take(cursor).end })
  }
  const { items, end } = parseList(cursor, ')', () => parseExpr(cursor, Binding.any))
  return node(cursor, { ...call, args: items, start: token.start, end }, items)
}

function parseField(cursor: Cursor): FieldExpr {
  const { start } = peek(cursor)
  const parts: string[] = []
  let end = start
  do {
    if (parts.length > 0) take(cursor)
    const token = peek(cursor)
    if (token.kind !== 'name' && token.kind !== 'quoted_name') {
      const advice =
        token.kind === 'number' ? ' (a part that begins with a digit is written in back-quotes)' : ''
      return unexpected(cursor, `a name after the dot${advice}`)
    }
    take(cursor)
    parts.push(token.text)
    end = token.end
  } while (isSymbol(peek(cursor), '.'))
  return node(cursor, { kind: 'field', name: parts.join('.'), parts, start, end })
}

function parseString(cursor: Cursor): LiteralExpr {
  const token = take(cursor)
  const value = token.kind === 'string' ? token.value : ''
  return node(cursor, { kind: 'literal', type: 'string', value, start: token.start, end: token.end })
}

function parseBoolean(cursor: Cursor, token: NameToken): LiteralExpr {
  take(cursor)
  const { start, end } = token
  return node(cursor, { kind: 'literal', type: 'boolean', value: token.upper === 'TRUE', start, end })
}

function parseLiteralList(cursor: Cursor): Expr {
  const { start } = take(cursor)
  const { items, end } = parseList(cursor, ']', () => parseListItem(cursor))
  const kind = kindOf(items[0])
  const odd = items.find((item) => kindOf(item) !== kind)
  if (odd !== undefined)
    fail(cursor, 'type', odd, `the items of a list must be of one type, this one is no ${kind}`)
  return node(cursor, { kind: 'list', items, start, end }, items)
}

function parseListItem(cursor: Cursor): LiteralExpr {
  const token = peek(cursor)
  if (token.kind === 'string') return parseString(cursor)
  if (token.kind === 'number') return parseNumber(cursor)
  if (token.kind === 'name' && (token.upper === 'TRUE' || token.upper === 'FALSE')) {
    return parseBoolean(cursor, token)
  }
  if (isSymbol(token, '-') || isSymbol(token, '+')) {
    take(cursor)
    return parseNumber(cursor, token, isSymbol(token, '-'))
  }
  return unexpected(cursor, 'a string, a number, TRUE or FALSE in the list')
}

function kindOf(item: LiteralExpr | undefined): string {
  if (item?.type === 'string' || item?.type === 'boolean') return item.type
  return 'number'
}

/** ` after ==`: what stands before the place where a value is missing. */
function afterPrevious(cursor: Cursor): string {
  const previous = cursor.tokens[cursor.index - 1]
  return previous === undefined ? '' : ` after ${describe(previous)}`
}
