import { isUtf8 } from 'node:buffer'
import type { Clock, HrTime, Ledger } from '@lacuna/sdk'
import { LogRecord } from '@lacuna/sdk'
import type { KafkaMessage } from 'kafkajs'
import { isUnreadable } from './codecs.ts'
import { metadataOf } from './metadata.ts'

/** Makes records of messages. */
export interface ToRecords {
  /** Adds the records of `messages[from, to)` to a list: one for each that has a value. */
  add(
    records: LogRecord[],
    topic: string,
    partition: number,
    messages: readonly KafkaMessage[],
    from: number,
    to: number,
  ): void
}

/** What {@link toRecords} needs. */
export interface ToRecordsOptions {
  readonly clock: Clock
  readonly ledger: Ledger
  readonly includeMetadata: boolean
  /** Is told how many messages could not be decompressed. */
  readonly unreadable: (topic: string, partition: number, count: number) => void
}

/**
 * Makes {@link ToRecords}. The body is the value as text; what is no UTF-8 becomes U+FFFD. Messages without a value
 * (tombstones), with an empty one, or in a compression that cannot be read make no record; each is counted in the
 * ledger.
 */
export function toRecords({ clock, ledger, includeMetadata, unreadable }: ToRecordsOptions): ToRecords {
  return {
    add(records, topic, partition, messages, from, to) {
      const now: Readonly<HrTime> = clock.now()
      let tombstones = 0
      let empty = 0
      let invalid = 0
      let lost = 0
      for (let at = from; at < to; at++) {
        const message = messages[at]
        if (message === undefined) continue
        const { value } = message
        if (value === null || value === undefined) {
          if (isUnreadable(message)) lost++
          else tombstones++
          continue
        }
        if (value.length === 0) {
          empty++
          continue
        }
        const record = new LogRecord()
        const text = value.toString('utf8')
        // The sign may have been sent as it is; only then are the bytes looked at again.
        if (text.includes('\ufffd') && !isUtf8(value)) invalid++
        record.body = text
        record.hrTimeObserved = now
        if (includeMetadata) record.attributes = metadataOf(topic, partition, message)
        records.push(record)
      }
      if (tombstones > 0) ledger.noted('tombstone', tombstones)
      if (empty > 0) ledger.noted('empty_message', empty)
      if (invalid > 0) ledger.noted('invalid_utf8', invalid)
      if (lost === 0) return
      ledger.noted('unreadable_message', lost)
      unreadable(topic, partition, lost)
    },
  }
}
