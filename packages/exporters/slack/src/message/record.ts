import type { AnyValue, LogRecord } from '@lacuna/sdk'
import { formatTime, hasTime } from '@lacuna/sdk'
import { type Block, fitted, LIMITS, type Message, marked, plain } from './message.ts'
import { severityOf, severityText } from './severity.ts'
import { code, safe } from './text.ts'
import { showTime } from './times.ts'
import { showValue, valueText } from './value.ts'

/** What Lacuna itself says beside alerts. */
const TITLES: Readonly<Record<string, string>> = {
  'lacuna.no_data': 'A source has gone quiet',
  'lacuna.max_groups': 'More groups than can be held',
}

/** Attributes of any record that are shown: two fields a row, in sections of ten. */
const MAX_ATTRIBUTES = 20

/** Any record that is no alert: what it is called, its body, its attributes. */
export function recordMessage(record: LogRecord): Message {
  const resolved = record.get('lacuna.alert.status') === 'resolved'
  const sign = resolved ? '✅ RESOLVED' : severityText(severityOf(record))
  const name = record.eventName ?? ''
  const title = (Object.hasOwn(TITLES, name) ? TITLES[name] : name) || 'A log record'
  const body = bodyText(record.body)
  const blocks: Block[] = [{ type: 'header', text: plain(safe(`${sign} · ${title}`, LIMITS.header)) }]
  if (body !== '') blocks.push({ type: 'section', text: plain(safe(body, 1500)) })
  blocks.push(...attributeBlocks(record))
  if (hasTime(record.hrTime))
    blocks.push({ type: 'context', elements: [plain(`${showTime(formatTime(record.hrTime))} UTC`)] })
  return {
    text: safe(`${sign} · ${title}${body === '' ? '' : `: ${body}`}`, LIMITS.text),
    blocks: fitted(blocks),
  }
}

function attributeBlocks(record: LogRecord): Block[] {
  const names = Object.keys(record.attributes)
  const fields = names
    .slice(0, MAX_ATTRIBUTES)
    .map((name) => marked(`${code(name, 100)}\n${showValue(record.get(name), 400)}`))
  const blocks: Block[] = []
  for (let from = 0; from < fields.length; from += LIMITS.fields) {
    blocks.push({ type: 'section', fields: fields.slice(from, from + LIMITS.fields) })
  }
  const rest = names.length - fields.length
  if (rest > 0) blocks.push({ type: 'context', elements: [plain(`… and ${rest} more attributes`)] })
  return blocks
}

/** A body as text, for one line. */
export function bodyText(body: AnyValue | undefined): string {
  return body === undefined || body === null ? '' : valueText(body)
}
