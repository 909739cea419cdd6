import { isUtf8 } from 'node:buffer'
import type { AnyValue, Attributes } from '@lacuna/sdk'
import type { KafkaMessage } from 'kafkajs'
import { headerValue } from './amqp-value.ts'

/** Headers of a message that are kept, and bytes of a value or a key: senders are strangers. */
const MOST_HEADERS = 64
const MOST_BYTES = 8192
const LONGEST_NAME = 256

/**
 * Where a message came from, under OpenTelemetry's names for messaging; headers as `kafka.header.<name>`, as the
 * Collector's receiver has them.
 */
export function metadataOf(topic: string, partition: number, message: KafkaMessage): Attributes {
  const offset = Number(message.offset)
  const attributes: Attributes = {
    'messaging.system': 'kafka',
    'messaging.destination.name': topic,
    'messaging.destination.partition.id': String(partition),
    'messaging.kafka.offset': Number.isSafeInteger(offset) ? offset : BigInt(message.offset),
  }
  if (message.key !== null && message.key !== undefined)
    attributes['messaging.kafka.message.key'] = textOrBytes(message.key)
  let count = 0
  for (const name in message.headers) {
    if (count++ === MOST_HEADERS) break
    const value = message.headers[name]
    if (value !== undefined) attributes[`kafka.header.${name.slice(0, LONGEST_NAME)}`] = headerOf(value)
  }
  return attributes
}

function headerOf(value: Buffer | string | (Buffer | string)[]): AnyValue {
  // A header that comes several times is a list.
  if (Array.isArray(value)) return value.slice(0, MOST_HEADERS).map(single)
  return single(value)
}

function single(value: Buffer | string): AnyValue {
  return headerValue((typeof value === 'string' ? Buffer.from(value) : value).subarray(0, MOST_BYTES))
}

function textOrBytes(value: Buffer): AnyValue {
  const bytes = value.subarray(0, MOST_BYTES)
  return isUtf8(bytes) ? bytes.toString('utf8') : new Uint8Array(bytes)
}
