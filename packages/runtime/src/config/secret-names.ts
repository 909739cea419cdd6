import { nearest } from './nearest.ts'
import type { Range } from './source.ts'

/** Names under which secrets are usually kept. For where no schema says what is one. */
const USUAL = /pass|secret|token|key$|credential|connection_?string|authori[sz]ation|webhook|sasl/i

/** How far up a value over several lines may have begun. */
const MAX_LINES_UP = 200

/** Whether a key that no schema knows may hold a secret: it sounds like one, or like a known one mistyped. */
export function soundsSecret(key: string, known: ReadonlySet<string>): boolean {
  return USUAL.test(key) || nearest(key, known) !== undefined
}

/**
 * What to hide in a line of a text that could not be parsed: everything behind a key that sounds like a
 * secret, in that line, or in the one that it is indented under.
 *
 * @param line from 1
 */
export function hiddenByName(text: string, starts: readonly number[], line: number): Range[] {
  const own = lineRange(text, starts, line)
  const behind = behindSecretKey(text.slice(own.start, own.end))
  if (behind !== undefined) return [{ start: own.start + behind, end: own.end }]
  let indent = indentOf(text, own)
  for (let up = line - 1; up >= 1 && up > line - MAX_LINES_UP && indent > 0; up--) {
    const above = lineRange(text, starts, up)
    const aboveIndent = indentOf(text, above)
    if (aboveIndent >= indent) continue
    if (behindSecretKey(text.slice(above.start, above.end)) !== undefined) return [own]
    indent = aboveIndent
  }
  return []
}

function behindSecretKey(line: string): number | undefined {
  for (const match of line.matchAll(/([\w-]{1,64})["']?[ \t]{0,8}[:=]/g)) {
    if (USUAL.test(match[1] ?? '')) return skipSpaces(line, match.index + match[0].length)
  }
  return undefined
}

function skipSpaces(line: string, from: number): number {
  let index = from
  while (line[index] === ' ') index++
  return index
}

function lineRange(text: string, starts: readonly number[], line: number): Range {
  const start = starts[line - 1] ?? 0
  const newline = text.indexOf('\n', start)
  return { start, end: newline < 0 ? text.length : newline }
}

/** Spaces before the first character; an empty line belongs to whatever is around it. */
function indentOf(text: string, line: Range): number {
  let index = line.start
  while (index < line.end && (text[index] === ' ' || text[index] === '\t')) index++
  return index === line.end ? Number.POSITIVE_INFINITY : index - line.start
}
