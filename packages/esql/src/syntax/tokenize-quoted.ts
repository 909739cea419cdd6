import { EsqlError } from '../error.ts'
import type { QuotedNameToken, StringToken } from './token.ts'

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '"': '"', '\\': '\\' }

/** Reads `"…"` or `"""…"""` from its first quote. */
export function readString(source: string, start: number): StringToken {
  return source.startsWith('"""', start) ? readTripleString(source, start) : readSimpleString(source, start)
}

function readSimpleString(source: string, start: number): StringToken {
  const pieces: string[] = []
  let from = start + 1
  for (let at = from; at < source.length; at++) {
    const char = source[at]
    if (char === '"') {
      pieces.push(source.slice(from, at))
      return { kind: 'string', value: pieces.join(''), start, end: at + 1 }
    }
    if (char === '\n' || char === '\r') break
    if (char === '\\') {
      const escaped = ESCAPES[source[at + 1] ?? '']
      if (escaped === undefined) {
        const message = 'unknown escape, expected \\t, \\n, \\r, \\" or \\\\ (write \\\\ for one backslash)'
        throw new EsqlError('syntax', source, { start: at, end: Math.min(at + 2, source.length) }, message)
      }
      pieces.push(source.slice(from, at), escaped)
      at++
      from = at + 1
    }
  }
  throw new EsqlError('syntax', source, { start, end: start + 1 }, 'this string is not closed, expected "')
}

/** Nothing is escaped inside; up to two quotes directly before the closing three belong to the text. */
function readTripleString(source: string, start: number): StringToken {
  const close = source.indexOf('"""', start + 3)
  const text = close === -1 ? '' : source.slice(start + 3, close)
  if (close === -1 || /[\r\n]/.test(text)) {
    throw new EsqlError(
      'syntax',
      source,
      { start, end: start + 3 },
      'this string is not closed, expected """',
    )
  }
  let end = close + 3
  while (end < close + 5 && source[end] === '"') end++
  return { kind: 'string', value: source.slice(start + 3, end - 3), start, end }
}

/** Reads a name in back-quotes; a doubled back-quote stands for one. */
export function readQuotedName(source: string, start: number): QuotedNameToken {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] !== '`') continue
    if (source[at + 1] === '`') {
      at++
      continue
    }
    const text = source.slice(start + 1, at).replaceAll('``', '`')
    if (text !== '') return { kind: 'quoted_name', text, start, end: at + 1 }
    throw new EsqlError('syntax', source, { start, end: at + 1 }, 'a name in back-quotes cannot be empty')
  }
  throw new EsqlError('syntax', source, { start, end: start + 1 }, 'this name is not closed, expected `')
}
