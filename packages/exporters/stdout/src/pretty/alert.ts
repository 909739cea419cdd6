import type { AnyValue, LogRecord } from '@lacuna/sdk'
import { formatTime, hasTime } from '@lacuna/sdk'
import { evidenceFacts, type Fact, mainFacts } from './alert-facts.ts'
import { textWidth, wrap } from './layout.ts'
import type { Style } from './style.ts'
import { showTime, showValue } from './value.ts'

/** Columns that labels may take before the text beside them begins. */
const MAX_LABEL = 28
const MAX_STEPS = 20

type Severity = 'critical' | 'high' | 'medium' | 'low'
const SEVERITIES: readonly string[] = ['critical', 'high', 'medium', 'low'] satisfies Severity[]

/**
 * An alert as a block of lines: what, how bad and when in the first, the sentence, then the facts; when it
 * opens also the evidence and what to do. An update or the end of it says only what has changed since.
 */
export function alertBlock(record: LogRecord, columns: number, style: Style): string {
  const { attributes } = record
  const status = attributes['lacuna.alert.status']
  const look: Severity | 'resolved' = status === 'resolved' ? 'resolved' : severityOf(record)
  const bar = style(look, '│')
  const width = Math.max(20, columns - 2)
  const lines = header(record, look, columns, style)
  const add = (text: string) => void lines.push(text === '' ? bar : `${bar} ${text}`)

  if (record.body !== undefined)
    for (const line of wrap(showValue(record.body), width)) add(style('strong', line))
  // What began before this run has not been told in full yet, so it is told now.
  const first = status === 'open' || attributes['lacuna.alert.continued'] === true
  const facts = mainFacts(attributes)
  if (first) facts.push(...evidenceFacts(attributes))
  if (first) facts.push(['rule', showValue(attributes['rule.id'])])
  if (first && attributes['rule.reference'])
    facts.push(['reference', showValue(attributes['rule.reference'])])
  facts.push(['episode', showValue(attributes['lacuna.alert.episode_id'])])
  add('')
  for (const line of table(facts, width, style)) add(line)
  if (first) {
    for (const line of steps('Look first', attributes['lacuna.triage'], width, style)) add(line)
    for (const line of steps('Then', attributes['lacuna.response'], width, style)) add(line)
  }
  return lines.join('\n')
}

/** The first line, or two where one is too narrow. */
function header(record: LogRecord, look: Severity | 'resolved', columns: number, style: Style): string[] {
  const { attributes } = record
  const status = ` ${showValue(attributes['lacuna.alert.status']).toUpperCase()} `
  const name = showValue(attributes['rule.name'] ?? attributes['rule.id'])
  const severity = showValue(attributes['lacuna.alert.severity'])
  const grade = `${severity}, risk ${showValue(attributes['event.risk_score'])}`
  const time = hasTime(record.hrTime) ? `  ${showTime(formatTime(record.hrTime))} UTC` : ''
  const what = `${style(`badge_${look}`, status)} ${style('strong', name)}`
  const more = style(look === 'resolved' ? 'faint' : look, grade) + style('faint', time)
  const fits = textWidth(`${status} ${name}  ${grade}${time}`) <= columns
  return fits ? [`${what}  ${more}`] : [what, `${style(look, '│')} ${more}`]
}

function severityOf({ attributes }: LogRecord): Severity {
  const severity = attributes['lacuna.alert.severity']
  return isSeverity(severity) ? severity : 'medium'
}

function isSeverity(value: AnyValue | undefined): value is Severity {
  return typeof value === 'string' && SEVERITIES.includes(value)
}

function table(facts: readonly Fact[], width: number, style: Style): string[] {
  let column = 0
  for (const [label] of facts) column = Math.max(column, Math.min(MAX_LABEL, textWidth(label)))
  const lines: string[] = []
  for (const [label, text] of facts) {
    const gap = ' '.repeat(Math.max(0, column - textWidth(label)))
    let before = `${style('faint', label)}${gap}  `
    // A label beyond the column has a line of its own.
    if (textWidth(label) > column) {
      lines.push(style('faint', label))
      before = ' '.repeat(column + 2)
    }
    for (const line of wrap(text, Math.max(20, width - column - 2))) {
      lines.push(before + line)
      before = ' '.repeat(column + 2)
    }
  }
  return lines
}

function steps(title: string, list: AnyValue | undefined, width: number, style: Style): string[] {
  if (!Array.isArray(list) || list.length === 0) return []
  const lines = ['', style('strong', title)]
  list.slice(0, MAX_STEPS).forEach((step, index) => {
    const number = `${index + 1}.`.padStart(3)
    let before = `${style('faint', number)} `
    for (const line of wrap(showValue(step), width - 4)) {
      lines.push(before + line)
      before = '    '
    }
  })
  return lines
}
