import type { AnyValue, FieldReader, LogRecord } from '@lacuna/sdk'
import { fieldReader } from '@lacuna/sdk'
import { safe } from './text.ts'

const PLACEHOLDER = /\{([^{}]{1,256})\}/g
const MAX_URL = 2000
const MAX_VALUE = 512

/** A link of the configuration: what it is called, and where it leads. */
export interface LinkTemplate {
  readonly text: string
  readonly url: string
}

/** Why a template can be no link; `undefined` when it can. */
export function templateProblem(url: string): string | undefined {
  if (!/^https?:\/\/[^/?#{}]+(?:[/?#]|$)/.test(url))
    return 'must begin with https:// or http:// and a host without placeholders'
  const rest = url.replaceAll(PLACEHOLDER, 'x')
  if (/[{}]/.test(rest)) return 'has a brace that is no {attribute.name}'
  return URL.canParse(rest) ? undefined : 'is no address'
}

/** Makes the links of a record, as Slack writes them, from templates that were checked. */
export function linkMaker(templates: readonly LinkTemplate[]): (record: LogRecord) => string[] {
  const compiled = templates.map(({ text, url }) => ({ text: safe(text, 100), ...parts(url) }))
  return (record) => {
    const links: string[] = []
    for (const { text, fixed, readers } of compiled) {
      const url = fill(fixed, readers, record)
      // The text is the operator's; a bar would end the address.
      if (url !== undefined) links.push(`<${escapeUrl(url)}|${text.replaceAll('|', '¦')}>`)
    }
    return links
  }
}

/** An address as it is, for a reader to see where it leads; `undefined` when it is none of http or https. */
export function ownLink(value: AnyValue | undefined): string | undefined {
  if (typeof value !== 'string' || value.length > 500 || !/^https?:\/\/[!-~]+$/.test(value)) return undefined
  if (!URL.canParse(value)) return undefined
  const url = new URL(value)
  // `https://bank.example@evil.example` reads as one and leads to the other.
  if (url.username !== '' || url.password !== '') return undefined
  return `<${escapeUrl(url.href)}>`
}

function parts(url: string) {
  const fixed: string[] = []
  const readers: FieldReader[] = []
  let from = 0
  for (const match of url.matchAll(PLACEHOLDER)) {
    fixed.push(url.slice(from, match.index))
    readers.push(fieldReader(match[1] ?? ''))
    from = match.index + match[0].length
  }
  fixed.push(url.slice(from))
  return { fixed, readers }
}

/** The address for a record; `undefined` where it has not what the address needs: half a link leads astray. */
function fill(
  fixed: readonly string[],
  readers: readonly FieldReader[],
  record: LogRecord,
): string | undefined {
  let url = fixed[0] ?? ''
  for (let place = 0; place < readers.length; place++) {
    const text = scalar(readers[place]?.(record))
    // Two dots alone would leave the path that the template names.
    if (text === undefined || text === '.' || text === '..') return undefined
    url += encodeURIComponent(text) + (fixed[place + 1] ?? '')
  }
  if (url.length > MAX_URL || !URL.canParse(url)) return undefined
  return new URL(url).href
}

/** The text of a value, or of the first of a list. */
function scalar(value: AnyValue | undefined): string | undefined {
  const first = Array.isArray(value) ? value[0] : value
  if (typeof first === 'number' || typeof first === 'bigint' || typeof first === 'boolean')
    return String(first)
  if (typeof first !== 'string' || first === '' || first.length > MAX_VALUE) return undefined
  return first.toWellFormed()
}

function escapeUrl(url: string): string {
  return url.replaceAll('&', '&amp;').replaceAll('<', '%3C').replaceAll('>', '%3E').replaceAll('|', '%7C')
}
