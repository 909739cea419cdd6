import type { EsqlError } from './error.ts'

/** How much of a long line is shown before and after the caret, in code units. */
const BEFORE = 60
const AFTER = 40

/**
 * The line of the source an error lies in, and below it a caret under the character (carets under all of it,
 * where it is wider). A long line is cut around the place, with `…` where something was left out; control characters
 * are shown as `�`, so that the text is safe on a terminal. No final newline.
 */
export function errorFrame(error: EsqlError, indent = ''): string {
  const line = error.source.split(/\r\n|\n|\r/)[error.line - 1] ?? ''
  const at = error.column - 1
  const from = at > BEFORE ? at - BEFORE : 0
  const to = Math.min(line.length, Math.max(at + AFTER, from + BEFORE + AFTER))
  const shown = `${from > 0 ? '…' : ''}${line.slice(from, to)}${to < line.length ? '…' : ''}`
  const before = `${from > 0 ? '…' : ''}${line.slice(from, at)}`
  const marked = Math.min(Math.max(error.end, error.offset + 1) - error.offset, Math.max(1, to - at))
  // A tab stays a tab, so that the caret lands below its character at any tab width.
  const padding = [...before].map((char) => (char === '\t' ? '\t' : ' ')).join('')
  const carets = '^'.repeat(Math.max(1, [...line.slice(at, at + marked)].length))
  return `${indent}${printable(shown)}\n${indent}${padding}${carets}`
}

/**
 * An error as a person reads it: `line:column: message`, the source line, and a caret under the character.
 *
 * @example
 * ```ts
 * formatError(error)
 * // 1:8: expected a value after ==, found the end of the expression
 * //   a == 1 AND b ==
 * //                  ^
 * ```
 */
export function formatError(error: EsqlError): string {
  return `${error.line}:${error.column}: ${error.message}\n${errorFrame(error, '  ')}`
}

function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}
