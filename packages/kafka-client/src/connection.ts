import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { LacunaError } from '@lacuna/sdk'
import type { KafkaConfig, SASLOptions } from 'kafkajs'
import type { ConnectionConfig } from './config-connection.ts'
import type { Sasl } from './config-sasl.ts'
import type { Tls } from './config-tls.ts'
import { parseConnectionString } from './connection-string.ts'
import { fetchToken } from './oauth-token.ts'

/** Where to connect and how, as kafkajs takes it, and the topics that are meant. */
export interface Connection {
  readonly brokers: string[]
  readonly ssl: ConnectionOptions | false
  readonly sasl: SASLOptions | undefined
  readonly topics: string[]
}

/** Puts the configuration together. Throws a `LacunaError` where a file of `tls` cannot be read. */
export function connectionOf(config: ConnectionConfig, component: string): Connection {
  const text = config.connection_string?.reveal()
  const said = text === undefined ? undefined : parseConnectionString(text)
  const brokers = config.brokers ?? (said === undefined ? [] : [said.broker])
  const tls = config.tls ?? (said?.emulator === true ? false : undefined)
  return {
    brokers,
    ssl: tls === false ? false : sslOf(tls, component),
    // Event Hubs takes the whole string as the password of this user.
    sasl:
      text === undefined
        ? saslOf(config.sasl)
        : { mechanism: 'plain', username: '$ConnectionString', password: text },
    topics: config.topics ?? (said?.topic === undefined ? [] : [said.topic]),
  }
}

function sslOf(tls: Exclude<Tls, false>, component: string): ConnectionOptions {
  const read = (path: string) => {
    try {
      return readFileSync(path)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
      throw new LacunaError('unreadable_file', `the file ${path} that tls names cannot be read (${code})`, {
        component,
      })
    }
  }
  return {
    ...(tls?.ca_file === undefined ? {} : { ca: read(tls.ca_file) }),
    ...(tls?.cert_file === undefined ? {} : { cert: read(tls.cert_file) }),
    ...(tls?.key_file === undefined ? {} : { key: read(tls.key_file) }),
    ...(tls?.server_name === undefined ? {} : { servername: tls.server_name }),
    ...(tls?.insecure_skip_verify === true ? { rejectUnauthorized: false } : {}),
  }
}

function saslOf(sasl: Sasl | undefined): SASLOptions | undefined {
  if (sasl === undefined) return undefined
  if (sasl.mechanism === 'oauthbearer')
    return { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await fetchToken(sasl) }) }
  return { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password.reveal() }
}

/**
 * What every client of ours is made with. The timeouts are those that Microsoft recommends for Event Hubs. All
 * five of the retry fields are given, because kafkajs has others when `NODE_ENV` is `test`.
 *
 * @param retries how often what fails for now is tried again before it is told
 */
export function clientConfig(connection: Connection, retries: number): Omit<KafkaConfig, 'brokers'> {
  return {
    clientId: 'lacuna',
    ssl: connection.ssl,
    ...(connection.sasl === undefined ? {} : { sasl: connection.sasl }),
    connectionTimeout: 10_000,
    authenticationTimeout: 20_000,
    requestTimeout: 60_000,
    enforceRequestTimeout: true,
    retry: {
      initialRetryTime: 300,
      maxRetryTime: 3000,
      retries,
      factor: 0.2,
      multiplier: 2,
      restartOnFailure: async () => false,
    },
  }
}
