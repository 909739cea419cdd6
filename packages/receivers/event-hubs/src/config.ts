import { duration, parseDuration, secret } from '@lacuna/sdk'
import { z } from 'zod'
import { sasl } from './config-sasl.ts'
import { tls } from './config-tls.ts'
import { parseConnectionString } from './connection-string.ts'
import { hostOf, isLoopback } from './loopback.ts'

// kafkajs splits at the first colon, so an IPv6 address is none.
const BROKER = /^[^\s/:]{1,253}:\d{1,5}$/
/** What Kafka takes for a name of a topic. */
const TOPIC = /^[A-Za-z0-9._-]{1,249}$/
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

const connectionString = secret()
  .superRefine((value, context) => {
    try {
      parseConnectionString(value.reveal())
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'not readable' })
    }
  })
  .describe('Connection string of an Event Hubs namespace or hub, with a key that may listen.')
  .optional()

const startAt = z
  .string()
  .refine(
    (text) =>
      text === 'earliest' || text === 'latest' || (TIMESTAMP.test(text) && !Number.isNaN(Date.parse(text))),
    'expected earliest, latest or a time such as 2026-09-14T10:00:00Z',
  )
  .default('earliest')
  .describe('Where a group that has committed nothing begins: `earliest`, `latest` or a time (RFC 3339).')

const rewind = z
  .string()
  .refine(
    (text) => text === 'auto' || text === 'none' || parseDuration(text) !== undefined,
    'expected auto, none or a duration such as 90m',
  )
  .default('auto')
  .describe(
    'How far before its committed position a newly assigned partition is read again, to rebuild what detectors hold: `auto` is the lookback of the pipelines.',
  )

export const config = z
  .strictObject({
    connection_string: connectionString,
    brokers: z
      .array(z.string().regex(BROKER, 'expected host:port'))
      .min(1, 'expected at least one host:port')
      .describe('Brokers to begin with, `host:port`; overrides the host of `connection_string`.')
      .optional(),
    sasl,
    tls,
    insecure: z
      .boolean()
      .default(false)
      .describe('Lets `tls: false` send to other hosts than this one, in clear.'),
    topics: z
      .array(z.string().regex(TOPIC, 'expected the name of a topic (an event hub)'))
      .min(1, 'expected at least one topic')
      .describe('Topics (event hubs) to read; defaults to the `EntityPath` of the connection string.')
      .optional(),
    group_id: z
      .string()
      .min(1)
      .max(249)
      .describe(
        'Consumer group; defaults to `lacuna-<pipeline>`: `logs/azure` gives `lacuna-logs-azure`, several are joined by `-`.',
      )
      .optional(),
    start_at: startAt,
    rewind,
    include_metadata: z
      .boolean()
      .default(false)
      .describe('Whether records carry topic, partition, offset, key and headers as attributes.'),
    startup_timeout: duration()
      .prefault('30s')
      .describe('How long wrong credentials are tried at start-up before the process ends with 1.'),
  })
  .superRefine((config, context) => {
    const issue = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    const { connection_string, brokers, topics } = config
    if (connection_string === undefined && brokers === undefined)
      context.addIssue({ code: 'custom', message: 'expected connection_string, or brokers' })
    if (connection_string !== undefined && config.sasl !== undefined)
      issue('sasl', 'the connection string says how to log in; leave out one of the two')
    const said = connection_string === undefined ? undefined : endpointOf(connection_string.reveal())
    if (
      topics === undefined &&
      (connection_string === undefined || (said !== undefined && said.topic === undefined))
    )
      context.addIssue({
        code: 'custom',
        message: 'expected topics: no EntityPath of a connection string names the hub',
      })
    const remote = (brokers ?? []).find((broker) => !isLoopback(hostOf(broker)))
    if (config.tls === false && remote !== undefined && !config.insecure)
      issue(
        'tls',
        `without TLS, all that is sent to ${remote} can be read on the way; set insecure: true to allow it`,
      )
  })

function endpointOf(text: string) {
  try {
    return parseConnectionString(text)
  } catch {
    // Said by the field itself.
    return undefined
  }
}

/** The receiver's configuration, checked and with its defaults. */
export type EventHubsConfig = z.output<typeof config>
