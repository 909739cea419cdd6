import type { AnyValue, HrTime, InstrumentationScope, LogRecord, Resource } from '@lacuna/sdk'
import { toNanos } from '@lacuna/sdk'
import { sharedDoubles } from './doubles.ts'
import { isMap, numberForm, TOO_DEEP, wireId, wireSeverity } from './encodable.ts'
import { groupRecords } from './group-records.ts'
import { MAX_DEPTH } from './limits.ts'
import { isWireTime, uint32 } from './numbers.ts'
import { step } from './pointer.ts'
import type { Marks } from './wire-value-writer.ts'

/**
 * Records as an `ExportLogsServiceRequest` in OTLP's JSON, on one line: as {@link encodeLogs} has them.
 *
 * Throws a `RangeError` when the text is longer than a string can be (half a gigabyte), and else nothing.
 */
export function encodeLogsJson(records: Iterable<LogRecord>): string {
  let groups = ''
  for (const group of groupRecords(records, JSON_GROUPS)) {
    let scopes = ''
    for (const { scope, records } of group.scopes.values()) {
      let lines = ''
      for (const record of records) lines += `${lines === '' ? '' : ','}{${recordFields(record).slice(1)}}`
      scopes += `${scopes === '' ? '' : ','}{${scope}"logRecords":[${lines}]}`
    }
    groups += `${groups === '' ? '' : ','}{${group.resource}"scopeLogs":[${scopes}]}`
  }
  return `{"resourceLogs":[${groups}]}`
}

/** Each as the fields that stand before the records: `"resource":{...},"schemaUrl":"...",`. */
const JSON_GROUPS = {
  resource(resource: Resource): string {
    const fields =
      attributesField(resource.attributes, sharedDoubles(resource)) +
      countField(resource.droppedAttributesCount)
    return `"resource":{${fields.slice(1)}},${schemaUrlField(resource.schemaUrl)}`
  },
  scope(scope: InstrumentationScope): string {
    const fields =
      textField('name', scope.name) +
      textField('version', scope.version) +
      attributesField(scope.attributes, sharedDoubles(scope)) +
      countField(scope.droppedAttributesCount)
    return `"scope":{${fields.slice(1)}},${schemaUrlField(scope.schemaUrl)}`
  },
  key: (encoded: string): string => encoded,
}

function schemaUrlField(url: string | undefined): string {
  return url === undefined || url === '' ? '' : `"schemaUrl":${JSON.stringify(url)},`
}

/** A record's fields, each with a comma in front. */
function recordFields(record: LogRecord): string {
  const { body, spanContext, doubles } = record
  const severity = wireSeverity(record.severityNumber)
  let text =
    timeField('timeUnixNano', record.hrTime) + timeField('observedTimeUnixNano', record.hrTimeObserved)
  if (severity !== 0) text += `,"severityNumber":${severity}`
  text += textField('severityText', record.severityText)
  if (body !== undefined) text += `,"body":${valueJson(body, 0, doubles, '/body')}`
  text += attributesField(record.attributes, doubles) + countField(record.droppedAttributesCount)
  if (spanContext !== undefined) {
    const flags = spanContext.traceFlags >>> 0
    if (flags !== 0) text += `,"flags":${flags}`
    text += textField('traceId', wireId(spanContext.traceId, 32).toLowerCase())
    text += textField('spanId', wireId(spanContext.spanId, 16).toLowerCase())
  }
  return text + textField('eventName', record.eventName)
}

function timeField(name: string, time: Readonly<HrTime>): string {
  return isWireTime(time) ? `,"${name}":"${toNanos(time)}"` : ''
}

function textField(name: string, text: string | undefined): string {
  return text === undefined || text === '' ? '' : `,"${name}":${JSON.stringify(text)}`
}

function countField(count: number): string {
  const value = uint32(count)
  return value === 0 ? '' : `,"droppedAttributesCount":${value}`
}

function attributesField(attributes: { readonly [key: string]: AnyValue }, marks: Marks): string {
  const text = keyValues(attributes, 0, marks, '/attributes')
  return text === '[]' ? '' : `,"attributes":${text}`
}

function keyValues(map: { readonly [key: string]: AnyValue }, depth: number, marks: Marks, pointer: string) {
  let text = ''
  for (const key in map) {
    if (!Object.hasOwn(map, key)) continue
    const value = map[key]
    if (value === undefined) continue
    const json = valueJson(value, depth, marks, marks === undefined ? '' : step(pointer, key))
    text += `${text === '' ? '[' : ','}{"key":${JSON.stringify(key)},"value":${json}}`
  }
  return text === '' ? '[]' : `${text}]`
}

function valueJson(value: AnyValue, depth: number, marks: Marks, pointer: string): string {
  switch (typeof value) {
    case 'string':
      return `{"stringValue":${JSON.stringify(value)}}`
    case 'boolean':
      return `{"boolValue":${value}}`
    case 'number':
    case 'bigint':
      return numberJson(value, marks?.has(pointer) === true)
    case 'object':
      if (value === null) return '{}'
      if (value instanceof Uint8Array) return `{"bytesValue":"${base64(value)}"}`
      if (depth >= MAX_DEPTH) return `{"stringValue":"${TOO_DEEP}"}`
      if (Array.isArray(value))
        return `{"arrayValue":{"values":${listJson(value, depth + 1, marks, pointer)}}}`
      return isMap(value) ? `{"kvlistValue":{"values":${keyValues(value, depth + 1, marks, pointer)}}}` : '{}'
    default:
      return '{}'
  }
}

function numberJson(value: number | bigint, marked: boolean): string {
  const form = numberForm(value, marked)
  if (form === 'int') return `{"intValue":"${value}"}`
  if (form === 'digits') return `{"stringValue":"${value}"}`
  if (Object.is(value, -0)) return '{"doubleValue":-0}'
  return Number.isFinite(value) ? `{"doubleValue":${value}}` : `{"doubleValue":"${value}"}`
}

function listJson(list: readonly AnyValue[], depth: number, marks: Marks, pointer: string): string {
  let text = ''
  for (let index = 0; index < list.length; index++) {
    const json = valueJson(list[index] ?? null, depth, marks, marks === undefined ? '' : step(pointer, index))
    text += `${text === '' ? '[' : ','}${json}`
  }
  return text === '' ? '[]' : `${text}]`
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
