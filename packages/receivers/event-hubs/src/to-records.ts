import { isUtf8 } from 'node:buffer'
import { decodeLogs, decodeLogsJson } from '@lacuna/otlp'
import type { Clock, HrTime, Ledger } from '@lacuna/sdk'
import { LacunaError, LogRecord } from '@lacuna/sdk'
import type { KafkaMessage } from 'kafkajs'
import { isUnreadable } from './codecs.ts'
import type { EventHubsConfig } from './config.ts'
import { metadataOf } from './metadata.ts'

/** Makes records of messages. */
export interface ToRecords {
  /** Adds the records of `messages[from, to)` to a list: of each that has a value. */
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
  readonly encoding: EventHubsConfig['encoding']
  readonly includeMetadata: boolean
  /** Is told how many messages could not be decompressed. */
  readonly unreadable: (topic: string, partition: number, count: number) => void
  /** Is told how many messages are not in the encoding, and what is wrong with the last of them. */
  readonly malformed: (topic: string, partition: number, count: number, reason: string) => void
}

/**
 * Makes {@link ToRecords}. Of text the body is the value; what is no UTF-8 becomes U+FFFD. Of OTLP a message gives the
 * records that are in it. Messages without a value (tombstones), with an empty one, not in the encoding or in
 * a compression that cannot be read make no record; each is counted in the ledger.
 */
export function toRecords(options: ToRecordsOptions): ToRecords {
  const { clock, ledger, includeMetadata, unreadable } = options
  const decode = { text: undefined, otlp_proto: decodeLogs, otlp_json: decodeLogsJson }[options.encoding]
  return {
    add(records, topic, partition, messages, from, to) {
      const now: Readonly<HrTime> = clock.now()
      let tombstones = 0
      let empty = 0
      let invalid = 0
      let lost = 0
      let malformed = 0
      let reason = ''
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
        if (decode !== undefined) {
          try {
            const decoded = decode(value, { observed: now })
            for (const record of decoded) {
              if (includeMetadata) Object.assign(record.attributes, metadataOf(topic, partition, message))
              records.push(record)
            }
          } catch (error) {
            malformed++
            // A `WireError` quotes nothing of what was sent.
            reason = error instanceof LacunaError ? error.message : 'unreadable'
          }
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
      if (malformed > 0) {
        ledger.noted('malformed_otlp', malformed)
        options.malformed(topic, partition, malformed, reason)
      }
      if (lost === 0) return
      ledger.noted('unreadable_message', lost)
      unreadable(topic, partition, lost)
    },
  }
}
