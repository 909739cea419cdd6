import { type AnyValue, LogRecord } from '@lacuna/sdk'
import { toInteger } from '../../convert.ts'
import type { Origin } from '../../exact.ts'
import { isEmpty, type JsonMap } from '../../json.ts'
import type { Mapped, Preset, Reason } from '../preset.ts'
import { RebuiltView, rebuild } from './collector-shape.ts'
import { CATEGORY, INTEGER, PROPERTIES, RESOURCE, TEXT, TIME } from './field-name.ts'
import { mapSlowly } from './general.ts'
import { checkCategory, parseProperties, recordTime } from './parts.ts'
import { resourceIdCache } from './resource-id.ts'
import { ShapeTree } from './shape.ts'
import { Templates } from './templates.ts'
import { TextView } from './text-view.ts'
import { RecordView } from './view.ts'

/**
 * Azure OpenAI's diagnostic logs, and those of an API Management in front, to the names of the Elastic Common
 * Schema and of OpenTelemetry.
 */
export function azureOpenAi(): Preset {
  const tree = new ShapeTree()
  const templates = new Templates()
  const split = resourceIdCache()

  /**
   * The hot path. One walk over the keys of each object looks at every value once and keeps the few that decide
   * over the record; no attribute is made before someone asks for it. What it was not made for (nested maps,
   * lists, very many keys) goes the slow way.
   */
  function map(top: JsonMap, record: LogRecord, origin: Origin): Mapped | Reason {
    let time: AnyValue | undefined
    let resourceId: AnyValue | undefined
    let category: AnyValue | undefined
    let raw: AnyValue | undefined
    let regular = true
    let badType = false
    let node = tree.root
    for (const key in top) {
      const next = node.firstKey === key ? node.first : node.next(key)
      if (next === undefined) return mapSlowly(top, record, origin, split)
      node = next
      const value = top[key]
      switch (node.kind) {
        case INTEGER:
          if (typeof value !== 'number' || (value | 0) !== value) badType ||= isBadInteger(value)
          break
        case TIME:
          time = value
          break
        case RESOURCE:
          resourceId = value
          break
        case CATEGORY:
          category = value
          break
        case PROPERTIES:
          raw = value
          break
        case TEXT:
          if (typeof value !== 'string') badType ||= isBadText(value)
          break
        default:
          if (typeof value === 'object' && value !== null) regular = false
      }
    }
    const unwanted = checkCategory(category)
    if (unwanted !== undefined) return unwanted
    if (!regular || typeof resourceId === 'object') return mapSlowly(top, record, origin, split)

    const properties = parseProperties(raw)
    if (properties === undefined) return 'bad_properties'
    node = node.properties(category === 'GatewayLogs')
    for (const key in properties) {
      const next = node.firstKey === key ? node.first : node.next(key)
      if (next === undefined) return mapSlowly(top, record, origin, split)
      node = next
      const value = properties[key]
      const kind = node.kind
      if (kind === INTEGER) {
        if (typeof value !== 'number' || (value | 0) !== value) badType ||= isBadInteger(value)
      } else if (typeof value !== 'string') {
        if (kind === TEXT) badType ||= isBadText(value)
        else if (typeof value === 'object' && value !== null) return mapSlowly(top, record, origin, split)
      }
    }
    if (badType) return 'bad_type'
    const { slots } = node
    if (slots === undefined) return mapSlowly(top, record, origin, split)

    const hrTime = recordTime(time, record)
    if (typeof hrTime === 'string') return hrTime
    const before = record.hasAttributes ? record.attributes : undefined
    if (typeof origin === 'string' && node.isDue()) templates.learn(origin, top, properties, slots)
    return new RecordView(slots, hrTime, top, properties, resourceId, origin, before, split)
  }

  /** Faster still, for the shapes that are met all the time: what matches one's template is known to be good. */
  function mapText(text: string, record: LogRecord): Mapped | undefined {
    const match = templates.match(text)
    if (match === undefined) return undefined
    const { template, groups } = match
    const time = template.time(groups)
    // A time that does not exist, or none at all: what parses says what becomes of the record.
    if (time === undefined) return undefined
    const before = record.hasAttributes ? record.attributes : undefined
    return new TextView(templates, template, groups, time, before, split)
  }

  /** Stands in for a record whose attributes are all accounted for. */
  const timeOnly = new LogRecord()

  /** What a Collector took apart is put together again, and then mapped as it would have been. */
  function mapAttributes(record: LogRecord): Mapped | Reason | undefined {
    const rebuilt = rebuild(record)
    if (rebuilt === undefined) return undefined
    timeOnly.hrTime = record.hrTime
    const mapped = map(rebuilt.top, timeOnly, undefined)
    return typeof mapped === 'string' ? mapped : new RebuiltView(mapped, rebuilt)
  }

  return { envelope: 'records', map, mapText, mapAttributes }
}

function isBadInteger(value: AnyValue | undefined): boolean {
  return !isEmpty(value) && value !== undefined && toInteger(value) === undefined
}

function isBadText(value: AnyValue | undefined): boolean {
  return typeof value === 'object' && !isEmpty(value)
}
