import { type ComponentSummary, escapeText, type Summary } from '@lacuna/runtime'
import { formatCount, formatElapsed, formatNoun } from './format.ts'
import { countAlerts, countRead } from './ledger.ts'

const COLUMNS = ['in', 'created', 'out', 'consumed', 'dropped'] as const
/** Where reasons and notes begin: below the component, and clearly not one. */
const INDENT = '    '
const MIN_WIDTH = 40

/**
 * The accounting of a run for a person: a row for each component, its reasons and notes below it.
 *
 * @param width characters of a line, for the lists of reasons and notes
 * @example
 * ```text
 * 3,412 records in 0.4s (8,530 records/s), 3 alerts
 *
 *                                     in  created    out  consumed  dropped
 * receiver   file                  3,412        -  3,412         -        -
 *     noted: blank_line 3
 * ```
 */
export function summaryTable(summary: Summary, width = 100): string {
  const pipelines = summary.components.map(({ pipeline }) => pipeline).filter((id) => id !== undefined)
  const several = new Set(pipelines).size > 1
  const rows = summary.components.map((component) => ({
    name: `${component.kind.padEnd(10)} ${nameOf(component, several)}`,
    cells: cellsOf(component),
    details: detailsOf(component),
  }))
  const nameWidth = Math.max(0, ...rows.map(({ name }) => name.length))
  const widths = COLUMNS.map((column, index) =>
    Math.max(column.length, ...rows.map(({ cells }) => cells[index]?.length ?? 0)),
  )
  const line = (name: string, cells: readonly string[]) =>
    [name.padEnd(nameWidth), ...cells.map((cell, index) => cell.padStart(widths[index] ?? 0))].join('  ')
  const lines = [headline(summary), '', line('', COLUMNS)]
  for (const { name, cells, details } of rows) {
    lines.push(line(name, cells))
    for (const detail of details) lines.push(...wrap(detail, Math.max(width, MIN_WIDTH)))
  }
  return `${lines.join('\n')}\n`
}

/** `3,412 records in 0.4s (8,530 records/s), 3 alerts`. */
function headline(summary: Summary): string {
  const read = countRead(summary)
  const elapsed = Date.parse(summary.ended ?? summary.started) - Date.parse(summary.started)
  const rate = elapsed > 0 ? ` (${formatCount((read * 1000) / elapsed)} records/s)` : ''
  const alerts = formatNoun(countAlerts(summary), 'alert')
  return `${formatNoun(read, 'record')} in ${formatElapsed(elapsed)}${rate}, ${alerts}`
}

function nameOf({ id, pipeline }: ComponentSummary, several: boolean): string {
  return escapeText(several && pipeline !== undefined ? `${id} (${pipeline})` : id)
}

function cellsOf(component: ComponentSummary): string[] {
  const dropped = Object.values(component.dropped).reduce((sum, count) => sum + count, 0)
  const counts = [component.in, component.created, component.out, component.consumed, dropped]
  // What is nothing is not to be read.
  return counts.map((count) => (count === 0 ? '-' : formatCount(count)))
}

function detailsOf({ dropped, noted }: ComponentSummary): string[][] {
  return [listOf('dropped:', dropped), listOf('noted:', noted)].filter((list) => list.length > 1)
}

function listOf(label: string, counts: Readonly<Record<string, number>>): string[] {
  const entries = Object.entries(counts)
  const last = entries.length - 1
  return [
    label,
    ...entries.map(
      ([name, count], index) => `${escapeText(name)} ${formatCount(count)}${index < last ? ',' : ''}`,
    ),
  ]
}

/** Lines of whole words; what goes on is set in below the first word's end. */
function wrap(words: readonly string[], width: number): string[] {
  const further = INDENT + ' '.repeat((words[0]?.length ?? 0) + 1)
  const lines: string[] = []
  let line = INDENT.slice(0, -1)
  for (const word of words) {
    if (line.length + 1 + word.length > width && line.trim() !== '' && !line.endsWith(':')) {
      lines.push(line)
      line = further.slice(0, -1)
    }
    line += ` ${word}`
  }
  return [...lines, line]
}
