import type { Certificates } from './certificates.ts'

/** Ports that a broker listens on, all on loopback. */
export interface Ports {
  readonly plain: number
  readonly sasl: number
  readonly controller: number
}

/** What the user `$ConnectionString` logs in with, as at Event Hubs. */
export const CONNECTION_STRING = `Endpoint=sb://localhost/;SharedAccessKeyName=listen;SharedAccessKey=${Buffer.from('not a secret, only a test key 32b').toString('base64')}`
/** A user for SCRAM, made when the storage is formatted. */
export const SCRAM_USER = { username: 'scram-user', password: 'scram-password' }

const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule'
const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule'
const BEARER = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule'

/** A broker as Event Hubs has it (SASL_SSL, PLAIN), with a listener without either beside it, for the tests. */
export function serverProperties(
  folder: string,
  ports: Ports,
  { keyStore }: Certificates,
  connectionString: string,
): string {
  const sasl = 'listener.name.sasl_ssl'
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${ports.controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.plain},SASL_SSL://127.0.0.1:${ports.sasl},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.plain},SASL_SSL://localhost:${ports.sasl}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': `${folder}/data`,
    'auto.create.topics.enable': false,
    // Records with old timestamps would be deleted within a minute.
    'log.retention.ms': -1,
    'message.max.bytes': 4 * 2 ** 20,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // A broker that was killed comes back in 2 s rather than 11.
    'broker.session.timeout.ms': 1500,
    'broker.heartbeat.interval.ms': 300,
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    [`${sasl}.plain.sasl.jaas.config`]: `${PLAIN} required user_$ConnectionString="${connectionString}";`,
    [`${sasl}.scram-sha-256.sasl.jaas.config`]: `${SCRAM} required;`,
    [`${sasl}.scram-sha-512.sasl.jaas.config`]: `${SCRAM} required;`,
    [`${sasl}.oauthbearer.sasl.jaas.config`]: `${BEARER} required unsecuredLoginStringClaim_sub="broker";`,
    [`${sasl}.ssl.keystore.type`]: 'PEM',
    [`${sasl}.ssl.keystore.location`]: keyStore,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

/** What formats the storage: a cluster of one, with the users of SCRAM. */
export function formatArguments(properties: string): string[] {
  const { username, password } = SCRAM_USER
  const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${username},password=${password}]`,
  ])
  return ['format', '--standalone', '-t', 'MkU3OEVBNTcwNTJENDM2Qk', '-c', properties, ...scram]
}
