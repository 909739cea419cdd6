import type { Span } from '../error.ts'

/** The smallest piece of an expression. Keywords are `name` tokens: only the parser knows where one is meant. */
export type Token = NameToken | QuotedNameToken | StringToken | NumberToken | SymbolToken | EndToken

/** `response_length`, `AND`, `@timestamp` */
export interface NameToken extends Span {
  readonly kind: 'name'
  readonly text: string
  /** The text in upper case, to compare with keywords. */
  readonly upper: string
}

/** `` `a-b` ``, the text without its quotes. */
export interface QuotedNameToken extends Span {
  readonly kind: 'quoted_name'
  readonly text: string
}

/** `"text"` or `"""text"""`, the value with its escapes resolved. */
export interface StringToken extends Span {
  readonly kind: 'string'
  readonly value: string
}

/** A number without its sign, as it is written. */
interface NumberToken extends Span {
  readonly kind: 'number'
  readonly text: string
  readonly decimal: boolean
}

/** An operator or a bracket. */
interface SymbolToken extends Span {
  readonly kind: 'symbol'
  readonly text: string
}

/** Behind the last character. */
interface EndToken extends Span {
  readonly kind: 'end'
}

/** How a message names a token: `found "x"`. */
export function describe(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'the end of the expression'
    case 'string':
      return 'a string'
    case 'number':
      return `the number ${shorten(token.text)}`
    case 'quoted_name':
      return `\`${shorten(token.text)}\``
    case 'name':
      return shorten(token.text)
    case 'symbol':
      return `"${token.text}"`
  }
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
