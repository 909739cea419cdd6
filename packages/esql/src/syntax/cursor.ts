import { EsqlError, type EsqlErrorCode, type Span } from '../error.ts'
import { limits } from '../limits.ts'
import type { Expr } from './ast.ts'
import { describe, type Token } from './token.ts'
import { tokenize } from './tokenize.ts'

/** Where the parser is in its tokens, and how deep. One per parse. */
export interface Cursor {
  readonly source: string
  readonly tokens: readonly Token[]
  index: number
  /** How many parsing functions lie below, so that no source overflows the stack. */
  nesting: number
  /** How deep the tree below each node is: what walks the tree recurses that far. */
  readonly depths: Map<Expr, number>
}

/** A cursor before the first token of a source. */
export function openCursor(source: string): Cursor {
  return { source, tokens: tokenize(source), index: 0, nesting: 0, depths: new Map() }
}

/** The token `ahead` of the next one; `end` for all behind the last. */
export function peek(cursor: Cursor, ahead = 0): Token {
  const last = cursor.tokens.length - 1
  const token = cursor.tokens[Math.min(cursor.index + ahead, last)]
  if (token === undefined) throw new TypeError('a token list always ends with an end token')
  return token
}

/** Takes the next token. */
export function take(cursor: Cursor): Token {
  const token = peek(cursor)
  if (token.kind !== 'end') cursor.index++
  return token
}

/** Whether a token is this operator or bracket. */
export function isSymbol(token: Token, text: string): boolean {
  return token.kind === 'symbol' && token.text === text
}

/** Whether a token is this keyword, given in upper case. */
export function isKeyword(token: Token, upper: string): boolean {
  return token.kind === 'name' && token.upper === upper
}

/** Takes the operator or bracket that must come next. */
export function expectSymbol(cursor: Cursor, text: string, where: string): Token {
  if (!isSymbol(peek(cursor), text)) unexpected(cursor, `"${text}" ${where}`)
  return take(cursor)
}

/** Throws at a place. */
export function fail(cursor: Cursor, code: EsqlErrorCode, span: Span, message: string): never {
  throw new EsqlError(code, cursor.source, span, message)
}

/** Throws at the next token: `expected …, found …`. */
export function unexpected(cursor: Cursor, expected: string): never {
  const token = peek(cursor)
  return fail(cursor, 'syntax', token, `expected ${expected}, found ${describe(token)}`)
}

/** Runs one level of parsing down, if the depth allows it. */
export function nested<T>(cursor: Cursor, parse: () => T): T {
  if (cursor.nesting >= limits.depth) tooDeep(cursor, peek(cursor))
  cursor.nesting++
  const result = parse()
  cursor.nesting--
  return result
}

/**
 * Records that a node lies over others. A chain such as `1 + 1 + 1 + …` is read in a loop, yet its tree is as deep
 * as the chain is long, so the nesting of the parser alone says too little.
 */
export function node<E extends Expr>(cursor: Cursor, expr: E, children: readonly Expr[] = []): E {
  let below = 0
  for (const child of children) below = Math.max(below, cursor.depths.get(child) ?? 0)
  if (below >= limits.depth) tooDeep(cursor, expr)
  cursor.depths.set(expr, below + 1)
  return expr
}

function tooDeep(cursor: Cursor, span: Span): never {
  return fail(cursor, 'limit', span, `the expression is nested deeper than ${limits.depth} levels`)
}

/** Parses `item, item, …` up to the closing bracket, and takes that too. */
export function parseList<T>(cursor: Cursor, close: string, parseItem: () => T): { items: T[]; end: number } {
  const items = [parseItem()]
  while (isSymbol(peek(cursor), ',')) {
    const comma = take(cursor)
    if (items.length >= limits.listItems) {
      fail(cursor, 'limit', comma, `a list has more than ${limits.listItems} items`)
    }
    items.push(parseItem())
  }
  if (!isSymbol(peek(cursor), close)) unexpected(cursor, `"," or "${close}" in the list`)
  return { items, end: take(cursor).end }
}
