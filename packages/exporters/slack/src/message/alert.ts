import type { AnyValue, LogRecord } from '@lacuna/sdk'
import { formatTime, hasTime } from '@lacuna/sdk'
import { ownLink } from './links.ts'
import { type Block, fitted, LIMITS, type Message, marked, plain } from './message.ts'
import { bodyText } from './record.ts'
import { severityOf, severityText } from './severity.ts'
import { sparkline } from './sparkline.ts'
import { bare, code, safe } from './text.ts'
import { showLength, showSpan, showTime } from './times.ts'
import { showNumber, showValue } from './value.ts'

const EVIDENCE = 'lacuna.evidence.'

/** Evidence that has a place of its own in the message; whatever a later rule adds comes behind these. */
const PLACED = new Set(
  ['first_seen', 'last_seen', 'truncated', 'timeline', 'correlation_ids'].map((name) => EVIDENCE + name),
)
const LENGTHS = `${EVIDENCE}request_length.`
const MAX_STEPS = 10
const MAX_GROUP = 4

/** What a message of an alert needs beside it. */
export interface AlertExtras {
  /** Links of the configuration for this alert, as Slack writes them. */
  readonly links: readonly string[]
  /** Who is called, as Slack writes it; empty for nobody. */
  readonly mention: string
}

/** An alert in full: what, how bad, how much, since when, who, and what to do. */
export function alertMessage(record: LogRecord, { links, mention }: AlertExtras): Message {
  const resolved = statusOf(record) === 'resolved'
  const blocks: Block[] = [{ type: 'header', text: plain(title(record, LIMITS.header)) }]
  if (mention !== '') blocks.push({ type: 'section', text: marked(mention) })
  const body = bodyText(record.body)
  if (body !== '') blocks.push({ type: 'section', text: plain(safe(body, 1000)) })
  blocks.push({ type: 'section', fields: [...groupFields(record), ...mainFields(record)].map(marked) })
  const bars = sparkline(
    record.get(`${EVIDENCE}timeline`),
    record.get('lacuna.window.start'),
    record.get('lacuna.window.end'),
  )
  if (bars !== undefined) blocks.push({ type: 'section', text: marked(`*Over the window* ${bars}`) })
  blocks.push(...linkBlocks(links))
  blocks.push(...evidenceBlocks(record))
  // Steps are for what is still to be done; when it is over, who and what is what remains of interest.
  if (!resolved) {
    blocks.push(...steps('Look first', record.get('lacuna.triage')))
    blocks.push(...steps('What to do', record.get('lacuna.response')))
  }
  return { text: summary(record), blocks: withFoot(fitted(blocks), record) }
}

/** The end of an episode, as an answer below the message that opened it. */
export function resolvedReply(record: LogRecord): Message {
  const lines = [
    `*${windowName(record)}* ${windowText(record)}`,
    `*Matches then* ${countText(record)}`,
    `*Seen* ${seenText(record)}`,
  ]
  const blocks: Block[] = [
    { type: 'section', text: marked(`✅ *Resolved* ${groupText(record, 300)}${atText(record)}`) },
    { type: 'section', text: marked(lines.join('\n')) },
  ]
  const body = bodyText(record.body)
  if (body !== '') blocks.push({ type: 'section', text: plain(safe(body, 1000)) })
  return { text: summary(record), blocks: fitted(blocks) }
}

/** An alert in one line, for a message that holds many. */
export function alertLine(record: LogRecord): string {
  const sign = statusOf(record) === 'resolved' ? '✅ RESOLVED' : severityText(severityOf(record))
  const still = statusOf(record) === 'update' ? ' still' : ''
  return `${sign}${still} ${groupText(record, 120)} ${countText(record)} · ${bare(ruleName(record), 60)}`
}

/** `open`, `update` or `resolved`; anything else counts as `open`. */
export function statusOf(record: LogRecord): 'open' | 'update' | 'resolved' {
  const status = record.get('lacuna.alert.status')
  return status === 'update' || status === 'resolved' ? status : 'open'
}

function title(record: LogRecord, limit: number): string {
  const severity = severityText(severityOf(record))
  const status = statusOf(record)
  const sign = status === 'resolved' ? `✅ RESOLVED · was ${severity.split(' ')[1]}` : severity
  const still = status === 'update' ? ' · still going on' : ''
  const room = limit - sign.length - still.length - 3
  return `${sign}${still} · ${safe(ruleName(record), room)}`
}

/** What a notification shows: one line, without Slack's marks. */
function summary(record: LogRecord): string {
  const body = bodyText(record.body)
  return `${title(record, LIMITS.header)}${body === '' ? '' : ` – ${safe(body, LIMITS.text - LIMITS.header - 3)}`}`
}

function ruleName(record: LogRecord): string {
  const name = record.get('rule.name') ?? record.get('rule.id')
  return typeof name === 'string' && name !== '' ? name : 'Alert'
}

/** The group's own fields: the attributes in no namespace of an alert. */
function* group(record: LogRecord): Generator<[name: string, value: AnyValue | undefined]> {
  for (const name of Object.keys(record.attributes)) {
    if (name.startsWith('lacuna.') || name.startsWith('rule.') || name.startsWith('event.')) continue
    yield [name, record.get(name)]
  }
}

function groupFields(record: LogRecord): string[] {
  const fields: string[] = []
  let more = 0
  for (const [name, value] of group(record)) {
    if (fields.length < MAX_GROUP) fields.push(`*Group* ${code(name, 100)}\n${showValue(value, 400)}`)
    else more++
  }
  const last = fields.pop()
  if (last !== undefined) fields.push(more === 0 ? last : `${last}\n… and ${showNumber(more)} more fields`)
  return fields
}

function groupText(record: LogRecord, limit: number): string {
  let text = ''
  for (const [, value] of group(record)) {
    const next = showValue(value, Math.max(40, limit - text.length))
    if (text !== '' && text.length + next.length > limit) return `${text} …`
    text += text === '' ? next : ` ${next}`
  }
  return text === '' ? '_everything_' : text
}

function mainFields(record: LogRecord): string[] {
  return [
    `*Matches*\n${countText(record)}`,
    `*${windowName(record)}*\n${windowText(record)}`,
    `*First and last seen*\n${seenText(record)}`,
  ]
}

/** `10 of 28 (36 %), threshold 10`. */
function countText(record: LogRecord): string {
  const count = record.get('lacuna.alert.count')
  const total = record.get('lacuna.alert.total')
  const share = record.get('lacuna.alert.share')
  const peak = record.get('lacuna.alert.peak')
  let text = `*${showNumber(count)}`
  text += total === undefined || total === null ? '*' : ` of ${showNumber(total)}*`
  if (typeof share === 'number' && Number.isFinite(share)) text += ` (${percent(share)})`
  const threshold = record.get('lacuna.alert.threshold')
  if (threshold !== undefined) text += `, threshold ${showNumber(threshold)}`
  return peak === undefined || peak === count ? text : `${text}, peak ${showNumber(peak)}`
}

/** Two digits that mean something: a share of 0.95 % is not 1 %. */
function percent(share: number): string {
  const value = share * 100
  return `${showNumber(value >= 10 ? Math.round(value) : Math.round(value * 100) / 100)} %`
}

/** The end of an episode names the last window that was over the threshold, not the one in which it fell. */
function windowName(record: LogRecord): string {
  return statusOf(record) === 'resolved' ? 'Last window over the threshold' : 'Window'
}

function atText({ hrTime }: LogRecord): string {
  return hasTime(hrTime) ? ` at ${showTime(formatTime(hrTime))} UTC` : ''
}

function windowText(record: LogRecord): string {
  const span = showSpan(record.get('lacuna.window.start'), record.get('lacuna.window.end'))
  const type = word(record.get('lacuna.window.type'))
  return `${span} (${type} ${word(record.get('lacuna.window.size'))})`
}

/** What is a word of ours in every genuine alert, and a value in any other. */
function word(value: AnyValue | undefined): string {
  return typeof value === 'string' && /^[a-z0-9]{1,20}$/.test(value) ? value : showValue(value, 60)
}

function seenText(record: LogRecord): string {
  const first = record.get(`${EVIDENCE}first_seen`)
  const last = record.get(`${EVIDENCE}last_seen`)
  const length = showLength(first, last)
  return `${showSpan(first, last)}${length === undefined ? '' : ` (${length})`}`
}

function linkBlocks(links: readonly string[]): Block[] {
  let text = ''
  for (const link of links) {
    if (text.length + link.length + 5 > LIMITS.section) break
    text += text === '' ? link : `  ·  ${link}`
  }
  return text === '' ? [] : [{ type: 'section', text: marked(text) }]
}

function evidenceBlocks(record: LogRecord): Block[] {
  const fields: string[] = []
  let more = 0
  for (const name of Object.keys(record.attributes)) {
    if (!name.startsWith(EVIDENCE) || PLACED.has(name) || name.startsWith(LENGTHS)) continue
    if (fields.length < LIMITS.fields - 1)
      fields.push(`*${label(name.slice(EVIDENCE.length))}*\n${showValue(record.get(name), 400)}`)
    else more++
  }
  const lengths = lengthsText(record)
  if (lengths !== undefined) fields.push(`*Request bytes*\n${lengths}`)
  const blocks: Block[] = []
  if (fields.length > 0) blocks.push({ type: 'section', fields: fields.map(marked) })
  const ids = record.get(`${EVIDENCE}correlation_ids`)
  if (ids !== undefined)
    blocks.push({ type: 'section', text: marked(`*Sample correlation ids*\n${showValue(ids, 1000)}`) })
  const notes: string[] = []
  if (more > 0) notes.push(`… and ${more} more kinds of evidence`)
  if (record.get(`${EVIDENCE}truncated`) === true) notes.push('There is more evidence than an alert holds.')
  if (notes.length > 0) blocks.push({ type: 'context', elements: [plain(notes.join(' '))] })
  return blocks
}

/** `stream_types` as `Stream types`; a name that a stranger made up is shown as one. */
function label(name: string): string {
  if (!/^[a-z][a-z0-9_.]{0,60}$/.test(name)) return code(name, 100)
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ')
}

function lengthsText(record: LogRecord): string | undefined {
  const parts: string[] = []
  for (const name of ['min', 'median', 'p95', 'max']) {
    const value = record.get(LENGTHS + name)
    if (value !== undefined && value !== null) parts.push(`${name} ${showNumber(value)}`)
  }
  return parts.length === 0 ? undefined : parts.join(', ')
}

function steps(name: string, list: AnyValue | undefined): Block[] {
  if (!Array.isArray(list) || list.length === 0) return []
  const lines: string[] = []
  for (const step of list) {
    if (lines.length === MAX_STEPS) break
    if (typeof step === 'string') lines.push(`${lines.length + 1}. ${safe(step, 240)}`)
  }
  const rest = list.length - lines.length
  if (rest > 0) lines.push(`… and ${rest} more`)
  return [{ type: 'section', text: plain(`${name}\n${lines.join('\n')}`) }]
}

/** Below it all, small: the risk, ids to find it again, and where to read about the rule. */
function withFoot(blocks: Block[], record: LogRecord): Block[] {
  const parts: string[] = []
  const risk = record.get('event.risk_score')
  if (typeof risk === 'number') parts.push(`Risk ${showNumber(risk)}`)
  const episode = record.get('lacuna.alert.episode_id')
  if (episode !== undefined) parts.push(`episode ${showValue(episode, 80)}`)
  const reference = ownLink(record.get('rule.reference'))
  if (reference !== undefined) parts.push(reference)
  if (parts.length > 0) blocks.push({ type: 'context', elements: [marked(parts.join(' · '))] })
  return blocks
}
