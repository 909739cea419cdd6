import type { AnyValue, HrTime } from '@lacuna/sdk'
import { exactInteger } from '../../exact.ts'
import { detach, Vocabulary } from '../../intern.ts'
import { parseIsoTime, timeOfParts } from '../../iso-time.ts'
import type { JsonMap } from '../../json.ts'
import { CATEGORY, type FieldKind, INTEGER, PROPERTIES, RESOURCE, TEXT, TIME } from './field-name.ts'
import type { Slots } from './shape.ts'

/** What the text of a capture stands for. */
type Read = (text: string) => AnyValue | undefined

/** A captured attribute: its group in the match, and how it is read. */
interface Capture {
  readonly group: number
  readonly read: Read
}

/**
 * The text of records of one shape as a regular expression. What it matches is JSON with exactly these keys in
 * this order and values of these types, so such a text need not be parsed to be known good.
 *
 * It cannot run away: every part ends at a character that the part itself excludes.
 */
export interface Template {
  readonly pattern: RegExp
  readonly slots: Slots
  /** What the pattern captures, by attribute. */
  readonly captures: ReadonlyMap<string, Capture>
  /** Part of the pattern, so that no record need be asked for it. */
  readonly category: string
  /** The group of the resource id; 0 where the shape has none. */
  readonly resourceGroup: number
  /** The time of a match; `undefined` where it has none, or none that exists. */
  readonly time: (groups: RegExpExecArray) => HrTime | undefined
  /** How many records it matched. */
  hits: number
}

const RESOURCE_ID = 'azure.open_ai.resource_id'
const OPERATION = 'azure.open_ai.operation_name'

/** A key that stands for itself in JSON and in a pattern. */
const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/
/** How Azure writes the time. */
const AZURE_TIME = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{7}Z$/

const CHARACTERS = '[^"\\\\\\x00-\\x1f]*'
const TIME_PARTS = '(\\d{4}-\\d\\d-\\d\\d)T((?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d)\\.(\\d{7})Z'
const NUMBER = '-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?'
/** Eighteen digits fit 64 bits. */
const WHOLE = '-?(?:0|[1-9]\\d{0,17})'
/** A number whose digits are the text that is made of it. */
const DIGITS = '(?:0|[1-9]\\d{0,14})'

/**
 * Learns the template of a record that was parsed from `text`, with captures for the attributes in `wanted`.
 * `undefined` where there can be none: keys that would need escaping, values that are written in an unusual way.
 */
export function learnTemplate(
  text: string,
  top: JsonMap,
  properties: JsonMap,
  slots: Slots,
  wanted: ReadonlySet<string>,
): Template | undefined {
  const builder = new TemplateBuilder(properties, slots, wanted)
  const source = builder.map('top', top, '"')
  if (source === undefined || builder.category === '') return undefined
  const pattern = new RegExp(`^${source}$`)
  if (!pattern.test(text)) return undefined
  const { captures, category, time } = builder
  const resourceGroup = captures.get(RESOURCE_ID)?.group ?? 0
  return { pattern, slots, captures, category, resourceGroup, time, hits: 0 }
}

class TemplateBuilder {
  readonly captures = new Map<string, Capture>()
  category = ''
  time: Template['time'] = () => undefined
  readonly #properties: JsonMap
  readonly #slots: Slots
  readonly #wanted: ReadonlySet<string>
  /** Attribute names by place and key; of two keys that make one name, the one that counts. */
  readonly #names = new Map<string, string>()
  #groups = 0

  constructor(properties: JsonMap, slots: Slots, wanted: ReadonlySet<string>) {
    this.#properties = properties
    this.#slots = slots
    this.#wanted = wanted
    for (const [name, { place, key }] of slots) this.#names.set(`${place} ${key}`, name)
  }

  /** The pattern of a map. Behind each colon and comma there may be a blank. */
  map(place: 'top' | 'properties', map: JsonMap, quote: string): string | undefined {
    const parts: string[] = []
    for (const key in map) {
      const name = this.#names.get(`${place} ${key}`)
      const kind = name === undefined ? undefined : this.#slots.get(name)?.kind
      if (name === undefined || kind === undefined || !PLAIN_KEY.test(key)) return undefined
      const part = this.#value(name, kind, map[key], quote)
      if (part === undefined) return undefined
      parts.push(`${quote}${key}${quote}: ?${part}`)
    }
    return `\\{${parts.join(', ?')}\\}`
  }

  #value(name: string, kind: FieldKind, given: AnyValue | undefined, quote: string): string | undefined {
    switch (kind) {
      case CATEGORY:
        // One of three words that stand for themselves.
        this.category = String(given)
        return quote + this.category + quote
      case PROPERTIES:
        if (typeof given !== 'string') return this.map('properties', this.#properties, '"')
        return this.#quoted(this.map('properties', this.#properties, '\\\\"'))
      case TIME:
        return typeof given === 'string' ? quote + this.#time(given) + quote : undefined
      default:
        return this.#scalar(name, kind, given, quote)
    }
  }

  #quoted(map: string | undefined): string | undefined {
    return map === undefined ? undefined : `"${map}"`
  }

  #time(given: string): string {
    const group = this.#groups + 1
    if (!AZURE_TIME.test(given)) {
      this.#groups += 1
      this.time = (groups) => parseIsoTime(groups[group] ?? '')
      return `(${CHARACTERS})`
    }
    this.#groups += 3
    this.time = (groups) => timeOfParts(groups[group] ?? '', groups[group + 1] ?? '', groups[group + 2] ?? '')
    return TIME_PARTS
  }

  #scalar(name: string, kind: FieldKind, given: AnyValue | undefined, quote: string): string | undefined {
    if (typeof given === 'string') {
      if (kind === INTEGER) return quote + this.#capture(name, WHOLE, whole) + quote
      return quote + this.#capture(name, CHARACTERS, name === OPERATION ? words() : detach) + quote
    }
    if (typeof given === 'number') {
      if (kind === INTEGER) return this.#capture(name, WHOLE, whole)
      // A number is no resource id, so there is nothing to group by.
      if (kind === RESOURCE) return NUMBER
      return kind === TEXT ? this.#capture(name, DIGITS, detach) : this.#capture(name, NUMBER, number)
    }
    if (typeof given === 'boolean') return '(?:true|false)'
    return given === null ? 'null' : undefined
  }

  #capture(name: string, pattern: string, read: Read): string {
    if (!this.#wanted.has(name)) return pattern
    this.#groups += 1
    this.captures.set(name, { group: this.#groups, read })
    return `(${pattern})`
  }
}

function words(): Read {
  const vocabulary = new Vocabulary()
  return (text) => vocabulary.of(text)
}

/** Of digits that the pattern has checked. */
function whole(text: string): number | bigint | undefined {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value + 0 : exactInteger(text)
}

function number(text: string): number | bigint {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : (exactInteger(text) ?? value)
}
