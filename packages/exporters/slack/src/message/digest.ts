import type { LogRecord } from '@lacuna/sdk'
import { alertLine, statusOf } from './alert.ts'
import { type Block, LIMITS, type Message, marked, plain } from './message.ts'
import { bodyText } from './record.ts'
import { SEVERITIES, severityOf, severityText } from './severity.ts'
import { code, safe } from './text.ts'

/** Characters of all lines together, so that the message stays within {@link LIMITS.total} as JSON. */
const ALL_LINES = 10_000

/** A message of many records, and how many found no line in it. */
export interface Digest extends Message {
  readonly unlisted: number
}

/** Many records in one message, a line each, the most severe first. */
export function digestMessage(records: readonly LogRecord[], mention: string): Digest {
  const sorted = records
    .map((record, place) => ({ record, place, rank: rankOf(record) }))
    .sort((a, b) => b.rank - a.rank || a.place - b.place)
  const title = titleOf(records, sorted[0]?.record)
  const blocks: Block[] = [{ type: 'header', text: plain(safe(title, LIMITS.header)) }]
  if (mention !== '') blocks.push({ type: 'section', text: marked(mention) })

  let listed = 0
  let total = 0
  let text = ''
  const close = () => {
    if (text !== '') blocks.push({ type: 'section', text: marked(text.trimEnd()) })
    text = ''
  }
  for (const { record } of sorted) {
    const line = `${lineOf(record)}\n`
    // A line break is two characters in JSON.
    if (total + line.length + 1 > ALL_LINES) break
    if (text.length + line.length > LIMITS.section) close()
    text += line
    total += line.length + 1
    listed++
  }
  close()
  const unlisted = records.length - listed
  if (unlisted > 0)
    blocks.push({ type: 'context', elements: [plain(`… and ${unlisted} more${rest(sorted, listed)}`)] })
  return { text: title, blocks, unlisted }
}

function titleOf(records: readonly LogRecord[], first: LogRecord | undefined): string {
  const kind = records.every((record) => record.eventName === 'lacuna.alert') ? 'alerts' : 'records'
  const resolved = records.filter((record) => statusOf(record) === 'resolved').length
  if (resolved === records.length || first === undefined)
    return `✅ RESOLVED · ${records.length} ${kind} at once`
  const over = resolved === 0 ? '' : `, ${resolved} of them resolved`
  return `${severityText(severityOf(first))} · ${records.length} ${kind} at once${over}`
}

/** What is over comes last, however bad it was. */
function rankOf(record: LogRecord): number {
  return statusOf(record) === 'resolved' ? -1 : SEVERITIES.indexOf(severityOf(record))
}

function lineOf(record: LogRecord): string {
  if (record.eventName === 'lacuna.alert') return alertLine(record)
  const body = bodyText(record.body)
  return `${severityText(severityOf(record))} ${safeName(record)}${body === '' ? '' : ` ${code(body, 200)}`}`
}

function safeName(record: LogRecord): string {
  return code(record.eventName || 'record', 80)
}

/** What is left out, by severity: whether to go and look. */
function rest(sorted: readonly { readonly rank: number }[], listed: number): string {
  const counts = new Map<string, number>()
  for (const { rank } of sorted.slice(listed)) {
    const name = SEVERITIES[rank] ?? 'resolved'
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const parts = [...counts].map(([name, count]) => `${count} ${name}`)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}
