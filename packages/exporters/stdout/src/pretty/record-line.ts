import type { AnyValue, LogRecord } from '@lacuna/sdk'
import { formatTime, hasTime } from '@lacuna/sdk'
import { jsonValue } from '../json-value.ts'
import { severityOf } from '../severity.ts'
import { visible } from '../unsafe-text.ts'
import { cut, textWidth } from './layout.ts'
import type { Role, Style } from './style.ts'

/**
 * A record in one line of at most `columns`: time, severity, event, body, attributes as `name=value`, as many
 * as fit.
 */
export function recordLine(record: LogRecord, columns: number, style: Style): string {
  const time = hasTime(record.hrTime) ? record.hrTime : record.hrTimeObserved
  // To the millisecond, as the time of a log is usually read; the JSON format has all nine decimals.
  let line = style('faint', hasTime(time) ? formatTime(time).slice(0, -7).replace('T', ' ') : '-'.padEnd(23))
  const severity = visible((severityOf(record) ?? '').slice(0, 12)).padEnd(5)
  line += ` ${coloured(severity, record.severityNumber, style)}`
  let room = columns - 24 - textWidth(severity)

  const put = (text: string, role?: Role) => {
    if (room <= 2) return
    const fitting = cut(text, room - 1)
    line += ` ${role === undefined ? fitting : style(role, fitting)}`
    room -= textWidth(fitting) + 1
  }
  if (record.eventName !== undefined) put(short(record.eventName, room), 'strong')
  if (record.body !== undefined) put(short(record.body, room))
  for (const name in record.attributes) {
    if (room <= 2) break
    put(`${short(name, room)}=${quoted(short(record.attributes[name], room))}`, 'faint')
  }
  return line
}

/** A value in one line, from no more of it than there is room for. */
function short(value: AnyValue | undefined, room: number): string {
  const text = typeof value === 'string' ? value : jsonValue(value)
  return visible(text.slice(0, room + 1))
}

function quoted(text: string): string {
  return text === '' || text.includes(' ') ? `"${text}"` : text
}

function coloured(text: string, severityNumber: number | undefined, style: Style): string {
  if (severityNumber === undefined || severityNumber < 13) return style('faint', text)
  if (severityNumber < 17) return style('medium', text)
  return style(severityNumber < 21 ? 'high' : 'critical', text)
}
