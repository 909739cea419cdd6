import type { InstrumentationScope, Resource } from '@lacuna/sdk'
import { LogRecord, NO_TIME } from '@lacuna/sdk'
import { type Doubles, markShared } from './doubles.ts'
import { INT32_MAX, INT32_MIN, integerField, timeField, UINT32_MAX } from './json-numbers.ts'
import { asObject, type JsonObject, listField, objectField, parseJson, textField } from './json-text.ts'
import { jsonAnyValue, jsonKeyValues } from './json-value-reader.ts'
import { Budget, type DecodeOptions } from './limits.ts'
import { WireError } from './wire-error.ts'

/**
 * The records of an `ExportLogsServiceRequest` in OTLP's JSON, as text or as its bytes in UTF-8.
 *
 * Takes what the protocol says and what senders make of it: ids in hexadecimal of either case, 64-bit integers as
 * strings or numbers, null for what is missing; fields that are not known are passed over.
 *
 * Throws a {@link WireError} for whatever is not OTLP or beyond its bounds, and nothing else.
 */
export function decodeLogsJson(input: string | Uint8Array, options: DecodeOptions = {}): LogRecord[] {
  const budget = new Budget(options.maxDepth)
  const observed = options.observed ?? NO_TIME
  const records: LogRecord[] = []
  for (const resourceLogs of listField(parseJson(input), 'resourceLogs')) {
    const group = asObject(resourceLogs, 'an item of resourceLogs')
    budget.group()
    const resource = jsonResource(group, budget)
    for (const scopeLogs of listField(group, 'scopeLogs')) {
      const inner = asObject(scopeLogs, 'an item of scopeLogs')
      budget.group()
      const scope = jsonScope(inner, budget)
      for (const item of listField(inner, 'logRecords')) {
        budget.record()
        const record = jsonRecord(asObject(item, 'an item of logRecords'), budget)
        record.resource = resource
        record.instrumentationScope = scope
        if (record.hrTimeObserved === NO_TIME) record.hrTimeObserved = observed
        records.push(record)
      }
    }
  }
  return records
}

function jsonResource(group: JsonObject, budget: Budget): Resource {
  const json = objectField(group, 'resource') ?? {}
  const schemaUrl = textField(group, 'schemaUrl')
  const doubles: Doubles = new Set()
  const resource: Resource = {
    attributes: jsonKeyValues(listField(json, 'attributes'), budget, 0, doubles, '/attributes'),
    droppedAttributesCount: integerField(json, 'droppedAttributesCount', 0, UINT32_MAX),
    ...(schemaUrl === '' ? {} : { schemaUrl }),
  }
  markShared(resource, doubles)
  return resource
}

function jsonScope(group: JsonObject, budget: Budget): InstrumentationScope {
  const json = objectField(group, 'scope') ?? {}
  const version = textField(json, 'version')
  const schemaUrl = textField(group, 'schemaUrl')
  const doubles: Doubles = new Set()
  const scope: InstrumentationScope = {
    name: textField(json, 'name'),
    attributes: jsonKeyValues(listField(json, 'attributes'), budget, 0, doubles, '/attributes'),
    droppedAttributesCount: integerField(json, 'droppedAttributesCount', 0, UINT32_MAX),
    ...(version === '' ? {} : { version }),
    ...(schemaUrl === '' ? {} : { schemaUrl }),
  }
  markShared(scope, doubles)
  return scope
}

function jsonRecord(json: JsonObject, budget: Budget): LogRecord {
  const record = new LogRecord()
  const doubles: Doubles = new Set()
  record.hrTime = timeField(json, 'timeUnixNano')
  record.hrTimeObserved = timeField(json, 'observedTimeUnixNano')
  record.severityNumber = integerField(json, 'severityNumber', INT32_MIN, INT32_MAX) || undefined
  record.severityText = textField(json, 'severityText') || undefined
  record.eventName = textField(json, 'eventName') || undefined
  record.droppedAttributesCount = integerField(json, 'droppedAttributesCount', 0, UINT32_MAX)
  const { body } = json
  if (body !== undefined && body !== null) record.body = jsonAnyValue(body, budget, 0, doubles, '/body')
  const attributes = listField(json, 'attributes')
  if (attributes.length > 0) record.attributes = jsonKeyValues(attributes, budget, 0, doubles, '/attributes')
  if (doubles.size > 0) record.doubles = doubles
  const traceId = idField(json, 'traceId', 32)
  const spanId = idField(json, 'spanId', 16)
  const flags = integerField(json, 'flags', 0, UINT32_MAX)
  if (traceId !== '' || spanId !== '' || flags !== 0) {
    record.spanContext = { traceId, spanId, traceFlags: flags }
  }
  return record
}

/** An id of another length than it must have counts as absent, as the protocol has it, not as malformed. */
function idField(json: JsonObject, name: string, digits: number): string {
  const text = textField(json, name)
  if (!/^[\da-f]*$/i.test(text)) throw new WireError(`${name} must be hexadecimal`)
  return text.length === digits ? text.toLowerCase() : ''
}
