import { hiddenByName } from './secret-names.ts'
import type { Range, Source } from './source.ts'
import { columnsOf, visibleCharacter } from './visible.ts'

/** Columns of a line that are shown, and how many of them before the caret: what a terminal of 80 holds. */
const WIDTH = 74
const BEFORE = 40
const HIDDEN = '[redacted]'

const lineStarts = new WeakMap<Source, number[]>()

/** Line and column, both from 1. A column is a character (code point), as editors count; a tab is one. */
export interface Position {
  readonly line: number
  readonly column: number
}

export function positionOf(source: Source, offset: number): Position {
  const { line, start } = lineAt(source, offset)
  let column = 1
  for (const _ of source.text.slice(start, offset)) column++
  return { line, column }
}

/**
 * The line of a source that an offset is in and, below it, a caret under the offset. A long line is cut
 * around the caret, what a terminal would act on is escaped, a secret is not shown.
 */
export function excerpt(source: Source, offset: number): string {
  const { line, start, end } = lineAt(source, offset)
  const at = Math.min(Math.max(offset, start), end)
  const hidden = [
    ...source.secrets,
    ...(source.broken ? hiddenByName(source.text, startsOf(source), line) : []),
  ]
  const from = boundary(source.text, Math.max(start, at - WIDTH))
  const cells = cellsOf(source.text, from, Math.min(end, at + WIDTH), hidden)
  const caret = cells.findIndex((cell) => at < cell.end)
  const before = caret < 0 ? cells : cells.slice(0, caret)
  const after = caret < 0 ? [] : cells.slice(caret)
  const fits = widthOf(cells) <= WIDTH
  const left = fits ? before : fitting(before.toReversed(), BEFORE).reverse()
  const right = fits ? after : fitting(after, WIDTH - widthOf(left))
  const cutLeft = (left[0]?.start ?? at) > start
  const cutRight = (right.at(-1)?.end ?? at) < end
  const text = [...left, ...right].map((cell) => cell.text).join('')
  const indent = left.map((cell) => (cell.text === '\t' ? '\t' : ' '.repeat(cell.width))).join('')
  return `${cutLeft ? '…' : ''}${text.trimEnd()}${cutRight ? '…' : ''}\n${cutLeft ? ' ' : ''}${indent}^`
}

/** A character, or a whole secret, as it is shown. */
interface Cell extends Range {
  readonly text: string
  readonly width: number
}

function cellsOf(text: string, from: number, to: number, hidden: readonly Range[]): Cell[] {
  const cells: Cell[] = []
  let index = from
  while (index < to) {
    const start = index
    const secret = hidden.find((range) => start >= range.start && start < range.end)
    if (secret !== undefined) {
      index = Math.min(secret.end, to)
      cells.push({ text: HIDDEN, width: HIDDEN.length, start, end: index })
      continue
    }
    const character = String.fromCodePoint(text.codePointAt(index) ?? 0)
    const shown = visibleCharacter(character)
    index += character.length
    cells.push({
      text: shown,
      width: shown === character ? columnsOf(character) : shown.length,
      start,
      end: index,
    })
  }
  return cells
}

/** As many of the cells as have room. */
function fitting(cells: readonly Cell[], room: number): Cell[] {
  let width = 0
  const over = cells.findIndex((cell) => {
    width += cell.width
    return width > room
  })
  return over < 0 ? [...cells] : cells.slice(0, over)
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0)
}

/** Never between the halves of a surrogate pair. */
function boundary(text: string, index: number): number {
  const code = text.charCodeAt(index)
  return code >= 0xdc00 && code <= 0xdfff ? index - 1 : index
}

function lineAt(source: Source, offset: number): Range & { line: number } {
  const starts = startsOf(source)
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  const start = starts[low] ?? 0
  const newline = source.text.indexOf('\n', start)
  const end = newline < 0 ? source.text.length : newline
  return { line: low + 1, start, end: source.text[end - 1] === '\r' && end > start ? end - 1 : end }
}

function startsOf(source: Source): readonly number[] {
  let starts = lineStarts.get(source)
  if (starts === undefined) {
    starts = [0]
    for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1))
      starts.push(at + 1)
    lineStarts.set(source, starts)
  }
  return starts
}
