import type { AnyValue } from '@lacuna/sdk'
import { toInteger, toText } from '../../convert.ts'
import { isEmpty, isMap, type JsonMap, setOwn } from '../../json.ts'
import type { Reason } from '../preset.ts'
import {
  type FieldKind,
  fieldKind,
  gatewayName,
  INTEGER,
  PROPERTIES,
  snakeCase,
  TEXT,
  topKind,
} from './field-name.ts'
import { MAX_KEY, PREFIX, PROPERTIES_PREFIX } from './shape.ts'

/** Maps and lists inside one another up to which a record is mapped. */
const MAX_DEPTH = 16
/** Fields up to which a record is mapped; those in maps and the elements of lists count. */
const MAX_FIELDS = 1024

/** The attributes under `azure.open_ai.` of one record, as far as they could be made. */
export interface Fields {
  readonly values: Map<string, AnyValue>
  count: number
  reason: Reason | undefined
  /** Whether an integer beyond 2^53 was met, so that digits may be lost. */
  inexact: boolean
}

/**
 * All fields of a record: nested maps become dotted names, lists are copied with their keys in snake case.
 * Everything is bounded, as all of it was written by strangers.
 */
export function collectFields(top: JsonMap, properties: JsonMap, gateway: boolean): Fields {
  const fields: Fields = { values: new Map(), count: 0, reason: undefined, inexact: false }
  collect(top, PREFIX, 0, fields, same, topKind)
  collect(properties, PROPERTIES_PREFIX, 1, fields, gateway ? gatewayName : same, fieldKind)
  return fields
}

const same = (name: string): string => name

function collect(
  map: JsonMap,
  prefix: string,
  depth: number,
  fields: Fields,
  rename: (name: string) => string,
  kindOf: (name: string) => FieldKind,
): void {
  for (const key in map) {
    if (!admit(fields, key, depth)) return
    const value = map[key]
    const name = rename(snakeCase(key))
    const path = prefix + name
    const kind = kindOf(name)
    if (kind === PROPERTIES) continue
    // A later key of the same name wins, even when it holds nothing: so it is with a key that comes twice.
    if (isEmpty(value) || value === undefined) fields.values.delete(path)
    else if (kind === INTEGER || kind === TEXT) keep(fields, path, convert(kind, value, fields))
    else if (isMap(value)) collect(value, `${path}.`, depth + 1, fields, same, fieldKind)
    else keep(fields, path, copy(value, depth + 1, fields))
  }
}

/** Whether there is room for one more field. */
function admit(fields: Fields, key: string, depth: number): boolean {
  if (depth >= MAX_DEPTH) fields.reason ??= 'too_deep'
  else if (++fields.count > MAX_FIELDS) fields.reason ??= 'too_many_fields'
  else if (key.length > MAX_KEY) fields.reason ??= 'key_too_long'
  else return true
  return false
}

function keep(fields: Fields, path: string, value: AnyValue | undefined): void {
  if (value === undefined) fields.reason ??= 'bad_type'
  else fields.values.set(path, value)
}

function convert(kind: typeof INTEGER | typeof TEXT, value: AnyValue, fields: Fields): AnyValue | undefined {
  noteInexact(value, fields)
  return kind === INTEGER ? toInteger(value) : toText(value)
}

/** A value that belongs to the attribute alone. */
function copy(value: AnyValue, depth: number, fields: Fields): AnyValue {
  if (Array.isArray(value)) return copyList(value, depth, fields)
  if (isMap(value)) return copyMap(value, depth, fields)
  noteInexact(value, fields)
  return value instanceof Uint8Array ? value.slice() : value
}

function copyList(list: readonly AnyValue[], depth: number, fields: Fields): AnyValue[] {
  const result: AnyValue[] = []
  for (const element of list) {
    if (!admit(fields, '', depth)) break
    result.push(copy(element, depth + 1, fields))
  }
  return result
}

function copyMap(map: JsonMap, depth: number, fields: Fields): JsonMap {
  const result: JsonMap = {}
  for (const key in map) {
    if (!admit(fields, key, depth)) break
    const value = map[key]
    if (!isEmpty(value) && value !== undefined) setOwn(result, snakeCase(key), copy(value, depth + 1, fields))
  }
  return result
}

function noteInexact(value: AnyValue, fields: Fields): void {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    fields.inexact = true
}
