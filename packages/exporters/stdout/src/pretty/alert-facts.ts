import type { AnyValue, Attributes } from '@lacuna/sdk'
import { formatDuration } from '@lacuna/sdk'
import { visible } from '../unsafe-text.ts'
import { between, showSpan, showText, showValue } from './value.ts'

/** One line of an alert: what it is about, and what is known of it. */
export type Fact = readonly [label: string, text: string]

/** Fields of the group that are shown; a group has a handful. */
const MAX_GROUP = 20

/** What an alert of every status says: the group, how many, since when. */
export function mainFacts(attributes: Attributes): Fact[] {
  return [
    ...groupFacts(attributes),
    ['matches', counts(attributes)],
    ['window', windowText(attributes)],
    ['seen', seenText(attributes)],
  ]
}

/** The evidence that an analyst asks for next: who, what, how large. Also what a later rule adds to it. */
export function evidenceFacts(attributes: Attributes): Fact[] {
  const facts: Fact[] = []
  for (const [name, value] of Object.entries(attributes)) {
    if (!name.startsWith('lacuna.evidence.') || KNOWN_EVIDENCE.has(name)) continue
    if (name.startsWith('lacuna.evidence.request_length.')) continue
    facts.push([label(name.slice('lacuna.evidence.'.length)), showValue(value)])
  }
  const lengths = lengthsText(attributes)
  if (lengths !== undefined) facts.push(['request bytes', lengths])
  const truncated = attributes['lacuna.evidence.truncated']
  if (truncated === true) facts.push(['note', 'the evidence is more than is shown here'])
  if (Array.isArray(truncated) && truncated.length > 0) facts.push(['cut short', showValue(truncated)])
  return facts
}

const KNOWN_EVIDENCE = new Set([
  'lacuna.evidence.first_seen',
  'lacuna.evidence.last_seen',
  'lacuna.evidence.truncated',
])

/** The group's own fields: the attributes in no namespace of an alert. */
function groupFacts(attributes: Attributes): Fact[] {
  const facts: Fact[] = []
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('lacuna.') || name.startsWith('rule.') || name.startsWith('event.')) continue
    if (facts.length < MAX_GROUP) facts.push([showText(name), showValue(value)])
  }
  return facts
}

function counts(attributes: Attributes): string {
  const count = attributes['lacuna.alert.count']
  const total = attributes['lacuna.alert.total']
  const share = attributes['lacuna.alert.share']
  const peak = attributes['lacuna.alert.peak']
  let text = showValue(count)
  if (total !== undefined && total !== null) text += ` of ${showValue(total)} calls`
  if (typeof share === 'number') text += ` (${showValue(Math.round(share * 1e4) / 100)}%)`
  text += `, threshold ${showValue(attributes['lacuna.alert.threshold'])}`
  return peak === undefined || peak === count ? text : `${text}, peak ${showValue(peak)}`
}

function windowText(attributes: Attributes): string {
  const span = showSpan(attributes['lacuna.window.start'], attributes['lacuna.window.end'])
  const type = showValue(attributes['lacuna.window.type'])
  return `${span} (${type} ${showValue(attributes['lacuna.window.size'])})`
}

function seenText(attributes: Attributes): string {
  const first = attributes['lacuna.evidence.first_seen']
  const last = attributes['lacuna.evidence.last_seen']
  const millis = between(first, last)
  const lasting = millis === undefined ? '' : ` (${formatDuration(Math.floor(millis / 1000) * 1000)})`
  return showSpan(first, last) + lasting
}

function lengthsText(attributes: Attributes): string | undefined {
  const parts: string[] = []
  for (const name of ['min', 'median', 'p95', 'max']) {
    const value: AnyValue | undefined = attributes[`lacuna.evidence.request_length.${name}`]
    if (value !== undefined && value !== null) parts.push(`${name} ${showValue(value)}`)
  }
  return parts.length === 0 ? undefined : parts.join(', ')
}

function label(name: string): string {
  return visible(name.slice(0, 100)).replaceAll('_', ' ')
}
