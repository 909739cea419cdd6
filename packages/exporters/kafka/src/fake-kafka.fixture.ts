import type { Admin, Message, Producer, ProducerConfig, ProducerRecord } from 'kafkajs'
import type { Client } from './link.ts'

/** A cluster of one topic `t` that a test speaks for. */
export interface FakeKafka {
  readonly makeClient: () => Client
  /** What each producer was made with, one for each link. */
  readonly producers: ProducerConfig[]
  /** What arrived, in order. */
  readonly arrived: Message[]
  /** How many times each link was asked to send. */
  readonly sends: number[]
  partitions: number
  /** Decides over a send before it is accepted; what it throws is thrown. */
  onSend: (messages: readonly Message[]) => void | Promise<void>
  /** Thrown by the next connects. */
  readonly connectErrors: unknown[]
  /** Partitions that the brokers do not answer for. */
  readonly silent: Set<number>
}

/** Makes a {@link FakeKafka}. */
export function fakeKafka(): FakeKafka {
  const fake: FakeKafka = {
    makeClient: () => ({
      admin: () => admin(fake) as Admin,
      producer: (config = {}) => producer(fake, config) as Producer,
    }),
    producers: [],
    arrived: [],
    sends: [],
    partitions: 4,
    onSend: () => {},
    connectErrors: [],
    silent: new Set(),
  }
  return fake
}

function admin(fake: FakeKafka): Pick<Admin, 'connect' | 'disconnect' | 'fetchTopicMetadata'> {
  return {
    async connect() {
      if (fake.connectErrors.length > 0) throw fake.connectErrors.shift()
    },
    async disconnect() {},
    fetchTopicMetadata: async () => ({ topics: [{ name: 't', partitions: [] }] }),
  }
}

function producer(
  fake: FakeKafka,
  config: ProducerConfig,
): Pick<Producer, 'connect' | 'disconnect' | 'send'> {
  const own = fake.producers.push(config) - 1
  fake.sends.push(0)
  const choose = config.createPartitioner?.()
  const partitionMetadata = Array.from({ length: fake.partitions }, (_, partitionId) => ({
    partitionId,
    leader: 0,
    partitionErrorCode: 0,
    replicas: [],
    isr: [],
  }))
  return {
    async connect() {},
    async disconnect() {},
    async send({ topic, messages }: ProducerRecord) {
      fake.sends[own] = (fake.sends[own] ?? 0) + 1
      const chosen = new Set<number>()
      for (const message of messages) chosen.add(choose?.({ topic, partitionMetadata, message }) ?? 0)
      await fake.onSend(messages)
      fake.arrived.push(...messages)
      return [...chosen]
        .filter((partition) => !fake.silent.has(partition))
        .map((partition) => ({ topicName: topic, partition, errorCode: 0 }))
    },
  }
}

/** An error as kafkajs gives it for an answer of the protocol. */
export function protocolError(type: string): Error {
  const inner = Object.assign(new Error(`${type} said the broker`), { name: 'KafkaJSProtocolError', type })
  return new Error('not retriable', { cause: inner })
}
