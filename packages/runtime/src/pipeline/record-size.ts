import type { AnyValue, LogRecord } from '@lacuna/sdk'

/** Bytes of what every record has: two times, severity, ids, the framing of an encoding. */
const RECORD = 64
/** Bytes of a number, a boolean, a null, and of the framing of every other value. */
const VALUE = 8
/** Deeper than this a value is not looked into: a bound on the work, and on the stack. */
const MAX_DEPTH = 32

/**
 * About how many bytes a record is when it is sent: the characters of its body, of its attributes and of their
 * names, 8 for every other value and 64 for the rest. Resource and scope are not counted, as many records share
 * them. A character counts one byte, so text beyond ASCII is underestimated, at most three times; on the heap a
 * record with thirty attributes takes some three times the estimate. Nothing is encoded, nothing is allocated,
 * and attributes that a view stands for are built only when the view does not know its size.
 *
 * @example
 * ```ts
 * estimateBytes(new LogRecord({ body: 'hello', attributes: { n: 1 } })) // 64 + 5 + 8 + 1 + 8
 * ```
 */
export function estimateBytes(record: LogRecord): number {
  const { body, attributeView: view } = record
  const bytes = RECORD + (body === undefined ? 0 : valueBytes(body, 0))
  return bytes + (view?.size ?? mapBytes(record.attributes, 0))
}

/** The sum over a list from `start` up to, not including, `end`. */
export function estimateList(records: readonly LogRecord[], start = 0, end = records.length): number {
  let bytes = 0
  for (let index = start; index < end; index++) {
    const record = records[index]
    if (record !== undefined) bytes += safely(record)
  }
  return bytes
}

/** A view that throws must not end anything: its exporter will meet it, and say so. */
function safely(record: LogRecord): number {
  try {
    return estimateBytes(record)
  } catch {
    return RECORD
  }
}

function valueBytes(value: AnyValue, depth: number): number {
  if (typeof value === 'string') return VALUE + value.length
  if (typeof value !== 'object' || value === null) return VALUE
  if (value instanceof Uint8Array) return VALUE + value.length
  if (depth >= MAX_DEPTH) return VALUE
  if (!Array.isArray(value)) return VALUE + mapBytes(value, depth + 1)
  let bytes = VALUE
  for (let index = 0; index < value.length; index++) bytes += valueBytes(value[index] ?? null, depth + 1)
  return bytes
}

function mapBytes(map: { readonly [key: string]: AnyValue }, depth: number): number {
  let bytes = 0
  // Without a list of its keys, which would be made anew for every record.
  for (const key in map) bytes += key.length + valueBytes(map[key] ?? null, depth)
  return bytes
}
