import { createHash } from 'node:crypto'
import type { GroupValue } from '@lacuna/detection'
import type { AnyValue, FieldReader, LogRecord } from '@lacuna/sdk'
import { fieldReader } from '@lacuna/sdk'

const LONGEST = 1024
/** Names under which an alert says what it is: a group of that name would overwrite it. */
const ALERTS_OWN = /^(?:event|rule|lacuna)\./

/** How the group of a record is read. */
export interface GroupReader {
  /** Equal for records of one group, as a key of a `Map`. */
  key(record: LogRecord): unknown
  values(record: LogRecord): readonly GroupValue[]
}

/** What is wrong with the names of a group's fields, as a sentence; `undefined` when nothing is. */
export function groupProblem(names: readonly string[]): string | undefined {
  const own = names.find((name) => ALERTS_OWN.test(name))
  if (own !== undefined) {
    return `may not hold ${own}: alerts have attributes of their own under event.*, rule.* and lacuna.*; copy the field to another name before the detector`
  }
  const twice = names.find((name, place) => names.indexOf(name) !== place)
  return twice === undefined ? undefined : `names ${twice} twice: name each field once`
}

/** Reads the group of a record by the names of its fields. A missing field is null, a group like any other. */
export function groupReader(names: readonly string[]): GroupReader {
  const readers = names.map(fieldReader)
  const values = (record: LogRecord) => readers.map((read) => groupValue(read(record)))
  const [only] = readers
  if (only === undefined || readers.length > 1)
    return { key: (record) => JSON.stringify(values(record)), values }
  return { key: (record) => groupValue(only(record)), values }
}

/** What a value is as part of a group: short texts as they are, long ones cut and told apart by a hash. */
function groupValue(value: ReturnType<FieldReader>): GroupValue {
  if (typeof value === 'string') return value.length <= LONGEST ? value : shortened(value)
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (value === undefined || value === null) return null
  if (typeof value === 'bigint') return String(value)
  return compound(value)
}

/** A list, a map or bytes is a group by what it holds. */
function compound(value: AnyValue): string {
  try {
    const text = JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each))
    return text.length <= LONGEST ? text : shortened(text)
  } catch {
    return 'too deep to be a group'
  }
}

function shortened(text: string): string {
  return `${text.slice(0, LONGEST).toWellFormed()}… ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
}
