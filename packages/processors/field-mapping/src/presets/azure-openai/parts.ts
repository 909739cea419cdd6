import type { AnyValue, HrTime, LogRecord } from '@lacuna/sdk'
import { hasTime } from '@lacuna/sdk'
import { parseIsoTime } from '../../iso-time.ts'
import { isEmpty, isMap, type JsonMap, parseJson } from '../../json.ts'
import type { Reason } from '../preset.ts'

/** Properties that are not there. */
export const NOTHING: JsonMap = Object.freeze({})

/** Why a record of this category is not mapped; `undefined` for the three that are. */
export function checkCategory(category: AnyValue | undefined): Reason | undefined {
  if (category === 'RequestResponse' || category === 'GatewayLogs' || category === 'Audit') return undefined
  return isEmpty(category) ? 'not_a_record' : 'category'
}

/** `properties` as a map: genuine exports have it as a JSON text, some as an object. `undefined`: neither. */
export function parseProperties(raw: AnyValue | undefined): JsonMap | undefined {
  const value = typeof raw === 'string' && raw !== '' ? parseJson(raw) : raw
  if (isMap(value)) return value
  // A text that is no JSON is undefined too, but `raw` then is not.
  return isEmpty(raw) || (value !== undefined && isEmpty(value)) ? NOTHING : undefined
}

/** The record's time: its own `time`, else the one that whoever sent the record gave it. */
export function recordTime(time: AnyValue | undefined, record: LogRecord): Readonly<HrTime> | Reason {
  if (typeof time === 'string' && time !== '') return parseIsoTime(time) ?? 'bad_time'
  if (!isEmpty(time)) return 'bad_time'
  return hasTime(record.hrTime) ? record.hrTime : 'no_time'
}
