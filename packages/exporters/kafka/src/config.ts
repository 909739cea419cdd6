import {
  type ConnectionConfig,
  checkConnection,
  connectionFields,
  hostOf,
  isLoopback,
} from '@lacuna/kafka-client'
import { size } from '@lacuna/sdk'
import { z } from 'zod'
import { condition, expression } from './expression.ts'

const { topic, ...connection } = connectionFields('send')

/** Event Hubs takes 1 MB (its quotas), Kafka 1,048,588 bytes (`message.max.bytes`), either with its own overhead. */
const MESSAGE_SIZE = 1_000_000
/** Nothing may be larger, or a length on the wire is at its end. */
const GREATEST_SIZE = 512 * 2 ** 20

export const kafkaConfig = z
  .strictObject({
    ...connection,
    tls: connection.tls.describe(
      'TLS towards the brokers; `false` connects without. On unless it is the emulator, or this machine without a log-in.',
    ),
    topic: topic
      .describe(
        'Topic (event hub) to write to; defaults to the `EntityPath` of the connection string. It must be there.',
      )
      .optional(),
    key: expression()
      .describe(
        'Key of a message, a field or an ES|QL expression: records of one key stay in order, in one partition. Without it records are spread.',
      )
      .optional(),
    where: condition()
      .describe('Which records are written, a condition in ES|QL; all unless told.')
      .optional(),
    encoding: z
      .enum(['otlp_proto', 'otlp_json'])
      .default('otlp_proto')
      .describe('How a message holds its records: OTLP as protobuf, or as JSON; nothing is lost in either.'),
    compression: z
      .enum(['gzip', 'none'])
      .default('gzip')
      .describe('How batches are compressed on the wire and in the log; Event Hubs knows gzip only.'),
    headers: z
      .record(z.string().min(1).max(256), z.string().max(8192))
      .default({})
      .describe('Headers that every message carries, names and texts.'),
    timestamp: z
      .enum(['event_time', 'send_time'])
      .default('event_time')
      .describe(
        'Which time a message bears: that of its latest record, so that a reader can go back in event time, or the present.',
      ),
    idempotent: z
      .boolean()
      .default(true)
      .describe('Lets the broker recognise what is sent again within a delivery, so that it is kept once.'),
    max_message_size: size()
      .refine(
        (bytes) => bytes >= 1000 && bytes <= GREATEST_SIZE,
        'expected a size between 1000 bytes and 512MiB',
      )
      .default(MESSAGE_SIZE)
      .describe('What the broker takes at most in one batch; a larger record is set aside.'),
  })
  .superRefine((config, context) =>
    checkConnection(settingsOf(config), 'topic', (message, path) =>
      context.addIssue({ code: 'custom', message, ...(path === undefined ? {} : { path: [path] }) }),
    ),
  )

/** The exporter's configuration, checked and with its defaults. */
export type KafkaConfig = z.output<typeof kafkaConfig>

/**
 * Where to connect and how. A broker on this machine without a log-in is met as Kafka's own default has it, without TLS:
 * there is nothing to keep secret on the way.
 */
export function settingsOf(
  config: ConnectionConfig & { readonly topic?: string | undefined },
): ConnectionConfig {
  const { topic, tls, brokers, sasl, connection_string } = config
  const bare = connection_string === undefined && sasl === undefined
  const here = brokers?.every((broker) => isLoopback(hostOf(broker))) === true
  return {
    ...config,
    tls: tls ?? (bare && here ? false : undefined),
    topics: topic === undefined ? undefined : [topic],
  }
}
