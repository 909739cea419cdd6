import type { AnyValue } from '@lacuna/sdk'
import { parseJson } from './json.ts'

/** A line and what it holds; `value` is undefined when that is no JSON. */
export interface Line {
  readonly text: string
  readonly value: AnyValue | undefined
}

/**
 * The lines of a text that is not JSON as a whole: NDJSON, or one record after a byte order mark. Blank lines are
 * left out. `undefined` when no line is a map or a list: then it is one broken text, not lines.
 */
export function splitLines(text: string): Line[] | undefined {
  const lines: Line[] = []
  let found = false
  for (const raw of (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).split('\n')) {
    const line = raw.trim()
    if (line === '') continue
    const value = parseJson(line)
    if (typeof value === 'object' && value !== null) found = true
    lines.push({ text: line, value })
  }
  return found ? lines : undefined
}
