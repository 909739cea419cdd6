import { type Connection, clientConfig, createSockets, kafkaLog, preflight } from '@lacuna/kafka-client'
import type { Logger } from '@lacuna/sdk'
import kafkajs, {
  type KafkaConfig as ClientConfig,
  type ICustomPartitioner,
  type Kafka,
  type Message,
} from 'kafkajs'
import type { KafkaConfig } from './config.ts'

/** What a link uses of kafkajs. */
export type Client = Pick<Kafka, 'admin' | 'producer'>

/** A producer, from connecting to its first failure. */
export interface Link {
  /** Resolves when the broker has all messages on disk, as far as the topic asks for it. */
  send(messages: Message[]): Promise<void>
  /** Says goodbye. */
  close(): Promise<void>
  /** Ends it at once, with whatever is under way. */
  destroy(): void
}

/** What {@link openLink} needs. */
export interface LinkOptions {
  readonly connection: Connection
  readonly config: KafkaConfig
  readonly logger: Logger
  /** Something failed that is being tried again. */
  readonly onTrouble: (message: string) => void
  readonly makeClient?: (config: ClientConfig) => Client
}

/** Milliseconds that the broker may take until all replicas have it. */
const ACKS_TIMEOUT = 30_000
const ALL_REPLICAS = -1

/**
 * Connects, looks for the topic, and asks for a producer id. Rejects when any of it fails.
 *
 * Within a `send` it is tried again for as long as someone waits, under the same sequence numbers, so that the broker
 * keeps a batch once. **After a `send` that failed, a link must not be used again**: kafkajs takes the sequence
 * numbers back, though the broker may have accepted them, and the next batch that bears them would be taken for
 * a repetition and vanish.
 */
export async function openLink(options: LinkOptions): Promise<Link> {
  const { connection, config, logger, onTrouble } = options
  const [topic = ''] = connection.topics
  const sockets = createSockets(connection.brokers)
  const makeClient = options.makeClient ?? ((each) => new kafkajs.Kafka(each))
  const common = {
    logLevel: kafkajs.logLevel.INFO,
    logCreator: kafkaLog({ logger, onTrouble, onOutOfRange() {} }),
    socketFactory: sockets.factory,
    brokers: sockets.brokers,
  }
  // What is wrong at the beginning is told at once; a broker that goes away later is waited for.
  const asking = makeClient({ ...clientConfig(connection, 0), ...common })
  const client = makeClient({ ...clientConfig(connection, Number.POSITIVE_INFINITY), ...common })
  const producer = client.producer({
    createPartitioner: remembering,
    allowAutoTopicCreation: false,
    idempotent: config.idempotent,
    maxInFlightRequests: 1,
    metadataMaxAge: 180_000,
    // Less than this, and kafkajs warns of what it would then lose.
    retry: { retries: Number.MAX_SAFE_INTEGER },
  })
  try {
    // A producer for a topic that is missing would try for ever.
    await preflight(asking.admin(), connection.topics)
    await producer.connect()
  } catch (error) {
    sockets.destroy()
    throw error
  }
  return {
    async send(messages) {
      const compression =
        config.compression === 'gzip' ? kafkajs.CompressionTypes.GZIP : kafkajs.CompressionTypes.None
      const answers = await producer.send({
        topic,
        messages,
        acks: ALL_REPLICAS,
        timeout: ACKS_TIMEOUT,
        compression,
      })
      const answered = new Set(answers.map(({ partition }) => partition))
      for (const { partition } of messages)
        if (partition !== undefined && !answered.has(partition))
          throw new Error(`the brokers did not answer for partition ${partition}`)
    },
    async close() {
      await producer.disconnect().catch(() => {})
      sockets.destroy()
    },
    destroy: () => sockets.destroy(),
  }
}

/**
 * Kafka's own choice of a partition (murmur2, as in Java), remembered in the message. So a second try within a `send`
 * goes to the same partition, and it can be seen whether the brokers answered for all: when a leader moves to a broker
 * that has answered already, kafkajs leaves its messages out and reports success.
 */
const remembering: ICustomPartitioner = () => {
  const choose = kafkajs.Partitioners.DefaultPartitioner()
  return (args) => {
    const partition = choose(args)
    args.message.partition = partition
    return partition
  }
}
