import { TokenError } from './oauth-token.ts'

/** What went wrong, as far as it decides what to do. */
type FailureKind = 'credentials' | 'permission' | 'topic' | 'network' | 'tls' | 'other'

/** An error in one sentence, with what to check. */
export interface Explanation {
  readonly kind: FailureKind
  readonly sentence: string
}

/** What a sentence needs to know of the configuration. */
export interface Setting {
  readonly brokers: readonly string[]
  readonly topics: readonly string[]
  /** The consumer group, where it reads. */
  readonly groupId?: string
  /** Whether it writes, rather than reads. */
  readonly writing?: boolean
  /** Whether it logs in with a connection string. */
  readonly connectionString: boolean
}

/** Longest piece of another's message that is shown. */
const LONGEST = 200
const TLS_CODE = /^(?:EPROTO|ERR_SSL|ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|HOSTNAME_MISMATCH)/

/** Says what an error of kafkajs means to whoever set this up. Holds no secret. */
export function explain(error: unknown, setting: Setting): Explanation {
  const { brokers, topics, groupId, writing = false } = setting
  const at = brokers.join(', ')
  const right = writing ? 'send' : 'listen'
  const chain = causes(error)
  const token = chain.find((each) => each instanceof TokenError)
  if (token !== undefined)
    return { kind: token.refused ? 'credentials' : 'network', sentence: clean(token.message) }

  if (chain.some(({ name }) => name === 'KafkaJSSASLAuthenticationError')) {
    const said = clean(chain.find(({ name }) => name === 'KafkaJSSASLAuthenticationError')?.message ?? '')
    const check = setting.connectionString
      ? `check that the key in connection_string is current, belongs to this namespace and may ${right}`
      : 'check sasl: mechanism, user name and password'
    return { kind: 'credentials', sentence: `${at} refused the credentials; ${check} (${said})` }
  }

  const types = new Set(chain.map(typeOf))
  if (types.has('UNKNOWN_TOPIC_OR_PARTITION')) {
    const names = topics.join(', ')
    const check = writing
      ? 'check topic against the event hubs of the namespace; it is written to as soon as it is there'
      : 'check topics against the event hubs of the namespace; it is read as soon as it is there'
    return { kind: 'topic', sentence: `${at} has no topic (event hub) ${names}; ${check}` }
  }
  if (types.has('TOPIC_AUTHORIZATION_FAILED') || types.has('CLUSTER_AUTHORIZATION_FAILED'))
    return {
      kind: 'permission',
      sentence: `these credentials may not ${writing ? 'write to' : 'read'} ${topics.join(', ')}; give the key or the user the right to ${right}`,
    }
  if (types.has('GROUP_AUTHORIZATION_FAILED'))
    return {
      kind: 'permission',
      sentence: `these credentials may not use the consumer group ${groupId}; give the key or the user the right to listen`,
    }

  const code = chain.map(codeOf).find((each) => each !== undefined)
  const said = clean(chain.at(-1)?.message ?? String(error))
  if (code !== undefined && TLS_CODE.test(code))
    return {
      kind: 'tls',
      sentence: `no TLS connection to ${at} (${code}); check tls.ca_file and the host name, or set tls: false if the port speaks no TLS`,
    }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return {
      kind: 'network',
      sentence: `the host of ${at} is not known (${code}); check the name of the namespace, and DNS`,
    }
  if (chain.some(({ name }) => name === 'KafkaJSConnectionClosedError'))
    return {
      kind: 'network',
      sentence: `${at} closed the connection at once; check that the port is right and whether it wants TLS`,
    }
  if (chain.some(({ name }) => name === 'KafkaJSConnectionError' || name === 'KafkaJSBrokerNotFound'))
    return {
      kind: 'network',
      sentence: `${at} cannot be reached (${code ?? said}); check host and port, and that a firewall lets 9093 (Kafka over TLS) out`,
    }
  return { kind: 'other', sentence: `${writing ? 'writing to' : 'reading from'} ${at} failed: ${said}` }
}

/** Text from elsewhere, short and without what could play with a terminal. */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.slice(0, LONGEST).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
}

function causes(error: unknown): Error[] {
  const found: Error[] = []
  for (let at = error; at instanceof Error && found.length < 10; at = at.cause) found.push(at)
  return found
}

function typeOf(error: Error): string | undefined {
  return 'type' in error && typeof error.type === 'string' ? error.type : undefined
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
