import type { AnyValue, FieldReader } from '@lacuna/sdk'
import { fieldReader, LogRecord, toMillis } from '@lacuna/sdk'
import type { MappingConfig, types } from './config.ts'
import { toBoolean, toDouble, toInteger, toText } from './convert.ts'
import { parseIsoTime } from './iso-time.ts'
import type { JsonMap } from './json.ts'
import { OverlayView } from './overlay-view.ts'
import type { Mapped, Reason } from './presets/preset.ts'

/** Applies an operator's mappings to a record; a reason when it cannot, and then the record is as it was. */
export type ApplyMappings = (
  record: LogRecord,
  mapped: Mapped,
  body: JsonMap | undefined,
) => Reason | undefined

type Convert = (value: AnyValue) => AnyValue | undefined

const CONVERT: Readonly<Record<(typeof types)[number], Convert>> = {
  string: toText,
  integer: toInteger,
  double: toDouble,
  boolean: toBoolean,
}

const TIMESTAMP = '@timestamp'

/** One mapping; works on `record`, whose attributes are `overlay`. `body` is the parsed body as a record, if any. */
type Step = (record: LogRecord, overlay: OverlayView, body: LogRecord | undefined) => Reason | undefined

/**
 * Makes ready what a configuration says, so that nothing is looked up per record. Each mapping sees what those
 * before it made.
 */
export function compileMappings(mappings: readonly MappingConfig[]): ApplyMappings {
  const steps = mappings.map(compileStep)
  return (record, mapped, body) => {
    const overlay = new OverlayView(mapped)
    const timeBefore = record.hrTime
    const before = record.hasAttributes ? record.attributes : undefined
    const source = body === undefined ? undefined : new LogRecord({ attributes: body })
    record.hrTime = mapped.time
    record.setAttributeView(overlay)
    for (const step of steps) {
      const reason = step(record, overlay, source)
      if (reason !== undefined) {
        record.hrTime = timeBefore
        record.attributes = before ?? {}
        return reason
      }
    }
    return undefined
  }
}

function compileStep(mapping: MappingConfig): Step {
  const { drop, to, type } = mapping
  if (drop !== undefined) {
    return (_record, overlay) => {
      overlay.set(drop, undefined)
      return undefined
    }
  }
  const read = compileRead(mapping)
  if (to === undefined) return () => undefined
  if (to === TIMESTAMP) return (record, overlay, body) => setTime(record, overlay, read(record, body))
  const convert = type === undefined ? undefined : CONVERT[type]
  return (record, overlay, body) => {
    const value = read(record, body)
    if (value === undefined || value === null) return undefined
    const converted = convert === undefined ? own(value) : convert(value)
    if (converted === undefined) return 'bad_type'
    overlay.set(to, converted)
    return undefined
  }
}

type Read = (record: LogRecord, body: LogRecord | undefined) => AnyValue | undefined

function compileRead({ from, value }: MappingConfig): Read {
  if (from === undefined) return () => value
  const field: FieldReader = fieldReader(from)
  return (record, body) => (body === undefined ? undefined : field(body)) ?? field(record)
}

/** The event time is a field of the record; the attribute says the same. */
function setTime(record: LogRecord, overlay: OverlayView, value: AnyValue | undefined): Reason | undefined {
  if (value === undefined || value === null) return undefined
  const time = typeof value === 'string' ? parseIsoTime(value) : undefined
  if (time === undefined) return 'bad_time'
  record.hrTime = time
  overlay.set(TIMESTAMP, new Date(toMillis(time)).toISOString())
  return undefined
}

/** A list or map that belongs to the attribute alone. */
function own(value: AnyValue): AnyValue {
  return typeof value === 'object' ? structuredClone(value) : value
}
