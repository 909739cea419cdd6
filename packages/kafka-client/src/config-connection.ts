import { type Secret, secret } from '@lacuna/sdk'
import { z } from 'zod'
import { type Sasl, sasl } from './config-sasl.ts'
import { type Tls, tls } from './config-tls.ts'
import { parseConnectionString } from './connection-string.ts'
import { hostOf, isLoopback } from './loopback.ts'

// kafkajs splits at the first colon, so an IPv6 address is none.
const BROKER = /^[^\s/:]{1,253}:\d{1,5}$/
/** What Kafka takes for a name of a topic. */
const TOPIC = /^[A-Za-z0-9._-]{1,249}$/

/** Where to connect and how, as a component's configuration says it. */
export interface ConnectionConfig {
  readonly connection_string?: Secret | undefined
  readonly brokers?: string[] | undefined
  readonly sasl?: Sasl | undefined
  readonly tls?: Tls | undefined
  readonly insecure: boolean
  /** The topics, where they are named; else the connection string names the one. */
  readonly topics?: string[] | undefined
}

/**
 * The options that every component has that connects to Event Hubs or Kafka, and a field for the name of a topic.
 *
 * @param right what the key of the connection string must be allowed
 */
export function connectionFields(right: 'listen' | 'send') {
  return {
    connection_string: secret()
      .superRefine((value, context) => {
        try {
          parseConnectionString(value.reveal())
        } catch (error) {
          context.addIssue({
            code: 'custom',
            message: error instanceof Error ? error.message : 'not readable',
          })
        }
      })
      .describe(`Connection string of an Event Hubs namespace or hub, with a key that may ${right}.`)
      .optional(),
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
    topic: z.string().regex(TOPIC, 'expected the name of a topic (an event hub)'),
  }
}

/**
 * Checks what the {@link connectionFields} say together.
 *
 * @param key the option that names the topic or topics
 * @param issue is told of each problem, with the option that it belongs to
 */
export function checkConnection(
  config: ConnectionConfig,
  key: 'topic' | 'topics',
  issue: (message: string, path?: string) => void,
): void {
  const { connection_string, brokers, topics } = config
  if (connection_string === undefined && brokers === undefined)
    issue('expected connection_string, or brokers')
  if (connection_string !== undefined && config.sasl !== undefined)
    issue('the connection string says how to log in; leave out one of the two', 'sasl')
  const said = connection_string === undefined ? undefined : endpointOf(connection_string.reveal())
  if (
    topics === undefined &&
    (connection_string === undefined || (said !== undefined && said.topic === undefined))
  )
    issue(`expected ${key}: no EntityPath of a connection string names the hub`)
  const remote = (brokers ?? []).find((broker) => !isLoopback(hostOf(broker)))
  if (config.tls === false && remote !== undefined && !config.insecure)
    issue(
      `without TLS, all that is sent to ${remote} can be read on the way; set insecure: true to allow it`,
      'tls',
    )
}

function endpointOf(text: string) {
  try {
    return parseConnectionString(text)
  } catch {
    // Said by the field itself.
    return undefined
  }
}
