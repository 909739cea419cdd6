import type { LogRecord } from '@lacuna/sdk'
import { alertBlock } from './alert.ts'
import { recordLine } from './record-line.ts'
import { makeStyle, wantsColour } from './style.ts'

/** The width of what is no terminal, and of a terminal that does not say. */
const COLUMNS = 100
/** Without a terminal nothing folds a long line, so a record may take as much as this. */
const LONG_LINE = 2000

interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
}

/**
 * Writes records for a person: an alert (`event_name` `lacuna.alert`) as a block with space around it, any
 * other record in one line.
 */
export function prettyFormat(
  screen: Screen,
  env: NodeJS.ProcessEnv = process.env,
): (record: LogRecord) => string {
  const style = makeStyle(wantsColour(screen, env))
  let before: 'nothing' | 'alert' | 'line' = 'nothing'
  return (record) => {
    const kind = record.eventName === 'lacuna.alert' ? 'alert' : 'line'
    const space = before !== 'nothing' && (before === 'alert' || kind === 'alert') ? '\n' : ''
    before = kind
    // Asked each time, because a window may be resized.
    const columns = screen.columns || COLUMNS
    if (kind === 'alert') return space + alertBlock(record, columns, style)
    return space + recordLine(record, screen.isTTY ? columns : LONG_LINE, style)
  }
}
