import type { LogRecord } from '@lacuna/sdk'
import type { SendingConfig } from '../config/sending.ts'
import { createFifo } from './fifo.ts'
import { joinListeners, type Listeners, listen } from './listeners.ts'
import { estimateList } from './record-size.ts'

/** A stretch of records with their numbers: that of `records[start]` is `first`, and so on without a gap. */
export interface Piece {
  readonly records: readonly LogRecord[]
  readonly start: number
  readonly end: number
  readonly first: number
}

/** What leaves the queue for one delivery. */
export interface Load {
  readonly records: readonly LogRecord[]
  /** The number of the first record; the others follow without a gap. */
  readonly first: number
  /** Who is to be told once it, and all before it, has been settled. */
  readonly listeners: Listeners | undefined
}

/** Records that wait for an exporter, in their order. What is under way is not in it any more. */
export interface SendingQueue {
  readonly records: number
  /** An estimate; 0 where no limit asks for it. */
  readonly bytes: number
  /** Whether there is enough for a whole delivery, or no room for more. */
  readonly full: boolean
  /** When the oldest came, on the clock's monotonic scale. */
  readonly since: number
  /** What `push` wants to know of a list, worked out once. */
  measure(records: readonly LogRecord[]): number
  /** Whether a list of this many records and bytes has room. An empty queue takes any. */
  fits(count: number, bytes: number): boolean
  /** @param first the number of the first record, above all that are here */
  push(records: readonly LogRecord[], bytes: number, now: number, first: number): void
  /** Takes the next delivery's records, at least one. */
  take(): Load | undefined
  /** Drops the oldest, or the newest, until the limits hold; gives what was dropped. */
  trim(which: 'oldest' | 'newest'): Trimmed
  /** Tells the listener when all that is here now has been settled; false when nothing is here. */
  listen(source: string, callback: () => void): boolean
  /** The number of the first record; `undefined` when it is empty. */
  readonly lowest: number | undefined
  /** One more than the number of the last record; `undefined` when it is empty. */
  readonly next: number | undefined
  /** All that waits, in its order. */
  pieces(): Piece[]
  clear(): void
}

interface Trimmed {
  readonly count: number
  /** Who had asked about records that are gone, all of them. */
  readonly listeners: Listeners | undefined
}

const NOTHING_TRIMMED: Trimmed = { count: 0, listeners: undefined }

/** A stretch of a list that was pushed. */
interface Entry {
  readonly records: readonly LogRecord[]
  /** The number of `records[0]`. */
  readonly origin: number
  start: number
  end: number
  bytes: number
  readonly since: number
  listeners: Listeners | undefined
}

/** Makes an empty {@link SendingQueue}. A limit of 0 bytes is none. */
export function createSendingQueue(config: Pick<SendingConfig, 'sending_queue' | 'batch'>): SendingQueue {
  const { sending_queue: limits, batch } = config
  const weighs = limits.max_bytes > 0 || batch.max_bytes > 0
  const entries = createFifo<Entry>()
  let records = 0
  let bytes = 0

  const within = (count: number, size: number) =>
    count <= limits.max_records && (limits.max_bytes === 0 || size <= limits.max_bytes)
  const isLoad = (count: number, size: number) =>
    count <= batch.max_records && (batch.max_bytes === 0 || size <= batch.max_bytes)

  /** Takes off what an entry without records still weighs: an estimate may differ from the one before. */
  function forget(entry: Entry): void {
    bytes -= entry.bytes
    entry.bytes = 0
  }

  /** Moves an entry's records to a list; stops where the list is full. */
  function move(entry: Entry, list: LogRecord[], listBytes: number): number {
    let size = listBytes
    const whole = isLoad(list.length + entry.end - entry.start, size + entry.bytes)
    while (entry.start < entry.end) {
      const record = entry.records[entry.start]
      const own = whole || !weighs ? 0 : estimateList(entry.records, entry.start, entry.start + 1)
      if (!whole && list.length > 0 && !isLoad(list.length + 1, size + own)) break
      if (record !== undefined) list.push(record)
      size += own
      entry.start++
      entry.bytes -= own
      bytes -= own
      records--
    }
    if (whole) size += entry.bytes
    if (entry.start === entry.end) forget(entry)
    return size
  }

  function take(): Load | undefined {
    const first = entries.first
    if (first === undefined) return undefined
    const count = first.end - first.start
    const from = first.origin + first.start
    // The usual case: one list came, and goes as it is.
    if (count === first.records.length && isLoad(count, first.bytes)) {
      if (entries.length === 1 || count === batch.max_records) {
        entries.shift()
        records -= count
        bytes -= first.bytes
        return { records: first.records, first: from, listeners: first.listeners }
      }
    }
    const list: LogRecord[] = []
    let listeners: Listeners | undefined
    let size = 0
    for (let entry = entries.first; entry !== undefined; entry = entries.first) {
      // What was dropped in between has left a gap in the numbers.
      if (entry.origin + entry.start !== from + list.length) break
      size = move(entry, list, size)
      if (entry.start < entry.end) break
      listeners = joinListeners(listeners, entry.listeners)
      entries.shift()
    }
    return { records: list, first: from, listeners }
  }

  /** Drops from one end of an entry as much as is too much. */
  function cut(entry: Entry, which: 'oldest' | 'newest'): number {
    let dropped = 0
    while (entry.start < entry.end && !within(records, bytes)) {
      const at = which === 'oldest' ? entry.start++ : --entry.end
      const own = weighs ? estimateList(entry.records, at, at + 1) : 0
      entry.bytes -= own
      bytes -= own
      records--
      dropped++
    }
    if (entry.start === entry.end) forget(entry)
    return dropped
  }

  return {
    get records() {
      return records
    },
    get bytes() {
      return bytes
    },
    get full() {
      return !isLoad(records + 1, bytes + 1) || !within(records + 1, bytes + 1)
    },
    get since() {
      return entries.first?.since ?? 0
    },
    measure: (list) => (weighs ? estimateList(list) : 0),
    fits: (count, size) => records === 0 || within(records + count, bytes + size),
    push(list, size, now, first) {
      entries.push({
        records: list,
        origin: first,
        start: 0,
        end: list.length,
        bytes: size,
        since: now,
        listeners: undefined,
      })
      records += list.length
      bytes += size
    },
    take,
    trim(which) {
      if (within(records, bytes)) return NOTHING_TRIMMED
      let count = 0
      let listeners: Listeners | undefined
      const oldest = which === 'oldest'
      while (!within(records, bytes)) {
        const entry = oldest ? entries.first : entries.last
        if (entry === undefined) break
        count += cut(entry, which)
        if (entry.start < entry.end) break
        if (oldest) entries.shift()
        else entries.pop()
        listeners = joinListeners(listeners, entry.listeners)
      }
      return { count, listeners }
    },
    listen(source, callback) {
      const { last } = entries
      if (last === undefined) return false
      last.listeners = listen(last.listeners, source, callback)
      return true
    },
    get lowest() {
      const { first } = entries
      return first === undefined ? undefined : first.origin + first.start
    },
    get next() {
      const { last } = entries
      return last === undefined ? undefined : last.origin + last.end
    },
    pieces() {
      const pieces: Piece[] = []
      for (const { records, origin, start, end } of entries)
        pieces.push({ records, start, end, first: origin + start })
      return pieces
    },
    clear() {
      entries.clear()
      records = 0
      bytes = 0
    },
  }
}
