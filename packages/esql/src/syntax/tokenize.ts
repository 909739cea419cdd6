import { EsqlError } from '../error.ts'
import { limits } from '../limits.ts'
import type { Token } from './token.ts'
import { readQuotedName, readString } from './tokenize-quoted.ts'

/** Longest first, so that `<=` is not read as `<` and `=`. */
const SYMBOLS = [
  '::',
  '==',
  '!=',
  '<=',
  '>=',
  '<',
  '>',
  '+',
  '-',
  '*',
  '/',
  '%',
  '(',
  ')',
  '[',
  ']',
  ',',
  '.',
  '|',
]

/** What people write from habit, and what ES|QL writes instead. */
const HABITS: ReadonlyArray<readonly [text: string, advice: string]> = [
  ['=~', 'the operator =~ is not supported, compare TO_LOWER(field) with =='],
  ['<>', 'unexpected "<>", write != for "not equal"'],
  ['=', 'unexpected "=", write == to compare'],
  ['&&', 'unexpected "&&", write AND'],
  ['||', 'unexpected "||", write OR'],
  ['!', 'unexpected "!", write NOT'],
  ["'", 'unexpected "\'", a string is written in double quotes'],
  [':', 'the match operator ":" is not supported, write == or LIKE'],
  ['?', 'parameters ("?") are not supported'],
]

const SPACE = /[ \t\r\n]+/y
const LINE_COMMENT = /\/\/[^\r\n]*/y
// A name, `_` and `@` alone are none. Digits come first only in numbers.
const NAME = /[A-Za-z][A-Za-z0-9_]*|[_@][A-Za-z0-9_]+/y
const DECIMAL = /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[Ee][+-]?[0-9]+|[0-9]+\.[0-9]*|\.[0-9]+/y
const INTEGER = /[0-9]+/y

/**
 * Splits an expression into tokens, the last one always `end`. Linear in the length of the source.
 *
 * @throws EsqlError `limit` when the source is too long, `syntax` for what begins no token
 */
export function tokenize(source: string): Token[] {
  if (source.length > limits.sourceLength) {
    const message = `the expression is longer than ${limits.sourceLength} characters`
    throw new EsqlError(
      'limit',
      source,
      { start: limits.sourceLength, end: limits.sourceLength + 1 },
      message,
    )
  }
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    const blank = matchAt(SPACE, source, at) ?? matchAt(LINE_COMMENT, source, at)
    if (blank !== undefined) {
      at += blank.length
    } else if (source.startsWith('/*', at)) {
      at = endOfBlockComment(source, at)
    } else {
      const token = readToken(source, at, tokens.at(-1))
      tokens.push(token)
      at = token.end
    }
  }
  tokens.push({ kind: 'end', start: source.length, end: source.length })
  return tokens
}

function readToken(source: string, start: number, previous: Token | undefined): Token {
  if (source[start] === '"') return readString(source, start)
  if (source[start] === '`') return readQuotedName(source, start)
  const name = matchAt(NAME, source, start)
  if (name !== undefined) {
    return { kind: 'name', text: name, upper: name.toUpperCase(), start, end: start + name.length }
  }
  // Behind a name a dot joins parts; it does not begin a number.
  const afterName = previous?.end === start && (previous.kind === 'name' || previous.kind === 'quoted_name')
  const decimal = afterName ? undefined : matchAt(DECIMAL, source, start)
  const number = decimal ?? matchAt(INTEGER, source, start)
  if (number !== undefined) {
    return { kind: 'number', text: number, decimal: decimal !== undefined, start, end: start + number.length }
  }
  const habit = HABITS.find(([text]) => source.startsWith(text, start))
  const symbol = SYMBOLS.find((text) => source.startsWith(text, start))
  // `==` begins with the habit `=`, and `<>` with the symbol `<`: the longer one is meant.
  if (symbol !== undefined && symbol.length > (habit?.[0].length ?? 0)) {
    return { kind: 'symbol', text: symbol, start, end: start + symbol.length }
  }
  if (habit !== undefined) {
    throw new EsqlError('syntax', source, { start, end: start + habit[0].length }, habit[1])
  }
  const char = String.fromCodePoint(source.codePointAt(start) ?? 0)
  const end = start + char.length
  throw new EsqlError('syntax', source, { start, end }, `unexpected character ${JSON.stringify(char)}`)
}

/** Comments nest, as in ES|QL. */
function endOfBlockComment(source: string, start: number): number {
  let depth = 0
  for (let at = start; at < source.length; ) {
    if (source.startsWith('/*', at)) {
      depth++
      at += 2
    } else if (source.startsWith('*/', at)) {
      depth--
      at += 2
      if (depth === 0) return at
    } else {
      at++
    }
  }
  throw new EsqlError('syntax', source, { start, end: start + 2 }, 'this comment is not closed, expected */')
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0]
}
