import { encodeLogs, encodeLogsJson } from '@lacuna/otlp'
import type { LogRecord } from '@lacuna/sdk'
import type { Message } from 'kafkajs'
import { type Bundle, bundle } from './bundles.ts'
import type { KafkaConfig } from './config.ts'
import { recordKey } from './record-key.ts'

/** A message with the records in it. */
export interface Outgoing {
  readonly message: Message
  /** What it takes in a batch, rather more than less. */
  readonly bytes: number
  readonly bundle: Bundle
}

/** Makes messages of records. */
export interface Messages {
  /** Of the records at these indexes, in their order; those that are too large go to `refused`. */
  of(records: readonly LogRecord[], indexes: readonly number[], refused: number[]): Outgoing[]
  /** Two messages with half of the records each; `undefined` for a message of one record. */
  halves(outgoing: Outgoing, refused: number[]): Outgoing[] | undefined
}

/** What a message of Kafka's format has beside key, value and headers at most: attributes and eight varints. */
const OVERHEAD = 64
/** What a batch has beside its messages, rounded up from 61 bytes. */
export const BATCH_OVERHEAD = 100

/**
 * Makes {@link Messages}.
 *
 * @param now milliseconds since 1970
 */
export function createMessages(config: KafkaConfig, now: () => number): Messages {
  const keyOf = config.key === undefined ? undefined : recordKey(config.key)
  const json = config.encoding === 'otlp_json'
  const limit = config.max_message_size - BATCH_OVERHEAD
  const names = Object.keys(config.headers)
  let fixed = OVERHEAD
  for (const name of names)
    fixed += Buffer.byteLength(name) + Buffer.byteLength(config.headers[name] ?? '') + 10

  function add(list: Outgoing[], whole: Bundle, refused: number[]): void {
    const outgoing = made(whole)
    if (outgoing !== undefined && outgoing.bytes <= limit) list.push(outgoing)
    else if (whole.records.length === 1) refused.push(...whole.indexes)
    else for (const half of split(whole)) add(list, half, refused)
  }

  function made(whole: Bundle): Outgoing | undefined {
    const value = encoded(whole.records)
    if (value === undefined) return undefined
    const { key, latest } = whole
    const message: Message = { key, value, timestamp: String(timeOf(latest)) }
    if (names.length > 0) message.headers = config.headers
    return {
      message,
      bytes: fixed + value.length + (key === null ? 0 : Buffer.byteLength(key)),
      bundle: whole,
    }
  }

  function encoded(records: readonly LogRecord[]): Buffer | undefined {
    try {
      if (json) return Buffer.from(encodeLogsJson(records))
      const { buffer, byteOffset, byteLength } = encodeLogs(records)
      return Buffer.from(buffer, byteOffset, byteLength)
    } catch {
      // More than a string or an array can hold.
      return undefined
    }
  }

  /** Brokers refuse what is an hour ahead of them (Kafka's `message.timestamp.after.max.ms`), and times before 1970. */
  function timeOf(latest: number | undefined): number {
    const present = now()
    if (latest === undefined || !Number.isFinite(latest) || config.timestamp === 'send_time') return present
    return Math.max(0, Math.min(latest, present))
  }

  return {
    of(records, indexes, refused) {
      const list: Outgoing[] = []
      for (const each of bundle(records, indexes, keyOf)) add(list, each, refused)
      return list
    },
    halves({ bundle: whole }, refused) {
      if (whole.records.length === 1) return undefined
      const list: Outgoing[] = []
      for (const half of split(whole)) add(list, half, refused)
      return list
    },
  }
}

function split({ key, latest, records, indexes }: Bundle): Bundle[] {
  const middle = records.length >>> 1
  return [
    { key, latest, records: records.slice(0, middle), indexes: indexes.slice(0, middle) },
    { key, latest, records: records.slice(middle), indexes: indexes.slice(middle) },
  ]
}
