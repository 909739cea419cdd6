import type { AnyValue } from './any-value.ts'
import type { LogRecord } from './record.ts'
import { hasTime, toMillis } from './time.ts'

/** Reads one field of a record; `undefined` when the record has none of that name. */
export type FieldReader = (record: LogRecord) => AnyValue | undefined

/** Fields of the record itself, under names that no attribute takes from them. */
const RECORD_FIELDS: Readonly<Record<string, FieldReader>> = {
  body: (record) => record.body,
  event_name: (record) => record.eventName,
  severity_number: (record) => record.severityNumber,
  severity_text: (record) => record.severityText,
  trace_id: (record) => record.spanContext?.traceId,
  span_id: (record) => record.spanContext?.spanId,
}

/**
 * The one way in which conditions, group keys and evidence read a record.
 *
 * A name is, in this order: a field of the record (`body`, `event_name`, `severity_number`, `severity_text`,
 * `trace_id`, `span_id`); an attribute; an attribute of the resource; a path into a map under a shorter name
 * (`azure.properties.streamType` in the attribute `azure.properties`, `body.level` in the body).
 * `@timestamp` is the record's time in ISO 8601 to the millisecond where no attribute has that name.
 *
 * Work on the name is done here, once, so that the reader may be called for every record.
 *
 * @example
 * ```ts
 * const region = fieldReader('cloud.region')
 * region(new LogRecord({ attributes: { 'cloud.region': 'swedencentral' } })) // 'swedencentral'
 * ```
 */
export function fieldReader(name: string): FieldReader {
  const own = Object.hasOwn(RECORD_FIELDS, name) ? RECORD_FIELDS[name] : undefined
  if (own !== undefined) return own
  if (name === '@timestamp') return (record) => record.get(name) ?? isoTime(record)
  const prefixes = splits(name)
  return (record) => record.get(name) ?? elsewhere(record, name, prefixes)
}

function elsewhere(record: LogRecord, name: string, prefixes: Split[]): AnyValue | undefined {
  const { attributes } = record.resource
  if (Object.hasOwn(attributes, name)) return attributes[name]
  for (const { head, path } of prefixes) {
    const value = head === 'body' ? record.body : record.get(head)
    if (isMap(value)) {
      const found = follow(value, path)
      if (found !== undefined) return found
    }
  }
  // A null attribute is a value of its own only when nothing else has the name.
  return record.get(name)
}

interface Split {
  head: string
  path: string[]
}

/** `a.b.c` as `a.b` + `c` and `a` + `b.c`: the longest attribute name first. */
function splits(name: string): Split[] {
  const parts = name.split('.')
  return parts
    .slice(1)
    .map((_, index) => ({ head: parts.slice(0, index + 1).join('.'), path: parts.slice(index + 1) }))
    .reverse()
}

function follow(value: { [key: string]: AnyValue }, path: string[]): AnyValue | undefined {
  const whole = path.join('.')
  if (Object.hasOwn(value, whole)) return value[whole]
  let at: AnyValue | undefined = value
  for (const key of path) {
    if (!isMap(at) || !Object.hasOwn(at, key)) return undefined
    at = at[key]
  }
  return at
}

function isMap(value: AnyValue | undefined): value is { [key: string]: AnyValue } {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  )
}

function isoTime(record: LogRecord): string | undefined {
  if (!hasTime(record.hrTime)) return undefined
  const date = new Date(toMillis(record.hrTime))
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}
