import { type OptionRow, optionRows, sendingRows } from '@lacuna/runtime'
import type { ComponentFactory } from '@lacuna/sdk'

const INDENT = '    '
const MIN_WIDTH = 40

/**
 * One component and all its options, from its schema.
 *
 * @param width characters of a line
 */
export function optionsPage(factory: ComponentFactory, width: number): string {
  const rows = optionRows(factory.config)
  const lines = [`${factory.type} (${factory.kind})`, '', ...fill(factory.description, '', width), '']
  lines.push(rows.length === 0 ? 'It has no options.' : 'Options:')
  addRows(lines, rows, width)
  const sending = sendingRows(factory)
  if (sending.length > 0) lines.push('', 'Options that every exporter has:')
  addRows(lines, sending, width)
  return `${lines.join('\n')}\n`
}

function addRows(lines: string[], rows: readonly OptionRow[], width: number): void {
  for (const row of rows) {
    lines.push('', `  ${row.path}`, `${INDENT}${kindOf(row)}`)
    if (row.description !== '') lines.push(...fill(row.description, INDENT, width))
  }
}

function kindOf({ type, required, default: given }: OptionRow): string {
  if (given !== undefined) return `${type}, default ${given}`
  return required ? `${type}, required` : type
}

/** Text in lines of whole words. */
export function fill(text: string, indent: string, width: number): string[] {
  const limit = Math.max(width, MIN_WIDTH)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > limit) {
      lines.push(indent + line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, indent + line]
}
