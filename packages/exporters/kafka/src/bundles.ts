import { hasTime, type LogRecord, toMillis } from '@lacuna/sdk'

/** Records that share a message: of one key, in their order. */
export interface Bundle {
  readonly key: string | null
  readonly records: LogRecord[]
  /** Where they stand in the list that was handed over. */
  readonly indexes: number[]
  /** The latest time of them in milliseconds since 1970; `undefined` where none has one. */
  latest: number | undefined
}

/**
 * Milliseconds of event time over which records of a key may share a message. As records of several keys go to one
 * partition, this is by how much its order may suffer: too little for any detector to notice.
 */
const SPAN = 1000

/**
 * Puts records of one key together, since Event Hubs limits messages a second and each costs on either side. The order
 * of a key's records is kept; that between keys within {@link SPAN}.
 *
 * @param keyOf the key of a record; `undefined` when messages have none
 */
export function bundle(
  records: readonly LogRecord[],
  indexes: readonly number[],
  keyOf: ((record: LogRecord) => string) | undefined,
): Bundle[] {
  const bundles: Bundle[] = []
  const open = new Map<string | null, Bundle>()
  let earliest = Number.POSITIVE_INFINITY
  let latest = Number.NEGATIVE_INFINITY
  for (const index of indexes) {
    const record = records[index]
    if (record === undefined) continue
    const time = hasTime(record.hrTime) ? toMillis(record.hrTime) : undefined
    if (time !== undefined) {
      if (Math.max(latest, time) - Math.min(earliest, time) > SPAN) {
        open.clear()
        earliest = time
        latest = time
      } else {
        if (time < earliest) earliest = time
        if (time > latest) latest = time
      }
    }
    const key = keyOf === undefined ? null : keyOf(record)
    let found = open.get(key)
    if (found === undefined) {
      found = { key, records: [], indexes: [], latest: undefined }
      open.set(key, found)
      bundles.push(found)
    }
    found.records.push(record)
    found.indexes.push(index)
    if (time !== undefined && (found.latest === undefined || time > found.latest)) found.latest = time
  }
  return bundles
}
