import type { AnyValue, Attributes, HrTime, LogRecord } from '@lacuna/sdk'
import { exactRecord, type Origin, parseExact } from '../../exact.ts'
import { isMap, type JsonMap, setOwn } from '../../json.ts'
import { PlainView } from '../../plain-view.ts'
import type { Mapped, Reason } from '../preset.ts'
import { collectFields } from './collect.ts'
import { DERIVED, type Facts } from './derived.ts'
import { CATEGORY, PROPERTIES, RESOURCE, snakeCase, TIME, topKind } from './field-name.ts'
import { checkCategory, parseProperties, recordTime } from './parts.ts'
import type { ResourceParts, SplitResourceId } from './resource-id.ts'

/**
 * Maps a record of any shape, nested maps, lists and very many keys included, by building all its attributes.
 * Some ten times slower than the hot path, and what that one is tested against.
 */
export function mapSlowly(
  top: JsonMap,
  record: LogRecord,
  origin: Origin,
  split: SplitResourceId,
): Mapped | Reason {
  const roles = findRoles(top)
  const unwanted = checkCategory(roles.get(CATEGORY))
  if (unwanted !== undefined) return unwanted
  const gateway = roles.get(CATEGORY) === 'GatewayLogs'
  const properties = parseProperties(roles.get(PROPERTIES))
  if (properties === undefined) return 'bad_properties'

  let fields = collectFields(top, properties, gateway)
  if (fields.reason !== undefined) return fields.reason
  if (fields.inexact) {
    const exact = exactRecord(origin)
    // What came as a map has lost digits only in properties that are a text.
    const whole = isMap(exact) ? exact : top
    fields = collectFields(whole, exactProperties(whole) ?? properties, gateway)
  }

  const time = recordTime(roles.get(TIME), record)
  if (typeof time === 'string') return time
  const resourceId = roles.get(RESOURCE)
  const resource = typeof resourceId === 'string' && resourceId !== '' ? split(resourceId) : undefined
  const attributes = record.hasAttributes ? structuredClone(record.attributes) : {}
  addAttributes(attributes, fields.values, time, resource)
  return new PlainView(attributes, time)
}

/** The values of the top-level keys that the record is made from, by their kind. */
function findRoles(top: JsonMap): Map<number, AnyValue | undefined> {
  const roles = new Map<number, AnyValue | undefined>()
  // None of them is longer; an object may have 100,000 keys.
  for (const key in top) if (key.length <= 16) roles.set(topKind(snakeCase(key)), top[key])
  return roles
}

function exactProperties(exact: JsonMap): JsonMap | undefined {
  const raw = findRoles(exact).get(PROPERTIES)
  const value = typeof raw === 'string' ? parseExact(raw) : raw
  return isMap(value) ? value : undefined
}

function addAttributes(
  attributes: Attributes,
  values: ReadonlyMap<string, AnyValue>,
  time: Readonly<HrTime>,
  resource: ResourceParts | undefined,
): void {
  const facts: Facts = { time, resource: () => resource, field: (name) => values.get(name) }
  for (const [name, derive] of DERIVED) {
    const value = derive(facts)
    if (value !== undefined) attributes[name] = value
  }
  for (const [name, value] of values) setOwn(attributes, name, value)
}
