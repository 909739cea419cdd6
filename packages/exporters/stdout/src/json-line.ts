import type { InstrumentationScope, LogRecord, Resource } from '@lacuna/sdk'
import { formatTime, hasTime } from '@lacuna/sdk'
import { jsonMap, jsonValue } from './json-value.ts'
import { severityOf } from './severity.ts'
import { escapeUnsafe } from './unsafe-text.ts'

/**
 * A record as one line of JSON, without the line's end.
 *
 * Keys always come in this order: `timestamp`, `severity`, `event_name`, `body`, `attributes`, `resource`,
 * `trace_id`, `span_id`, `scope`. `timestamp`, `attributes` and `resource` are always there; the others are left
 * out where the record has none, so that a body that is null differs from no body. An alert has the first six.
 * `timestamp` is the record's time, else the time at which it was observed, else null.
 */
export function jsonLine(record: LogRecord): string {
  const { body, eventName, spanContext, instrumentationScope } = record
  const severity = severityOf(record)
  let line = `{"timestamp":${timestamp(record)}`
  if (severity !== undefined) line += `,"severity":${JSON.stringify(severity)}`
  if (eventName !== undefined) line += `,"event_name":${JSON.stringify(eventName)}`
  if (body !== undefined) line += `,"body":${jsonValue(body)}`
  line += `,"attributes":${jsonMap(record.attributes)},"resource":${resourceText(record.resource)}`
  if (spanContext !== undefined) {
    line += `,"trace_id":${JSON.stringify(spanContext.traceId)},"span_id":${JSON.stringify(spanContext.spanId)}`
  }
  if (instrumentationScope.name !== '') line += `,"scope":${scopeText(instrumentationScope)}`
  return escapeUnsafe(`${line}}`)
}

function timestamp({ hrTime, hrTimeObserved }: LogRecord): string {
  if (hasTime(hrTime)) return `"${formatTime(hrTime)}"`
  return hasTime(hrTimeObserved) ? `"${formatTime(hrTimeObserved)}"` : 'null'
}

/** Resources and scopes are shared by many records and never change: each is written once. */
const resources = new WeakMap<Resource, string>()
const scopes = new WeakMap<InstrumentationScope, string>()

function resourceText(resource: Resource): string {
  let text = resources.get(resource)
  if (text === undefined) {
    text = jsonMap(resource.attributes)
    resources.set(resource, text)
  }
  return text
}

function scopeText(scope: InstrumentationScope): string {
  let text = scopes.get(scope)
  if (text === undefined) {
    text = `{"name":${JSON.stringify(scope.name)}`
    if (scope.version !== undefined) text += `,"version":${JSON.stringify(scope.version)}`
    const attributes = jsonMap(scope.attributes)
    text += attributes === '{}' ? '}' : `,"attributes":${attributes}}`
    scopes.set(scope, text)
  }
  return text
}
