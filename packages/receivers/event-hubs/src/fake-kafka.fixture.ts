import type { Admin, Consumer, ConsumerConfig, ConsumerRunConfig, KafkaConfig, KafkaMessage } from 'kafkajs'
import type { Client } from './session.ts'

/** A consumer that a test speaks for. */
export interface FakeConsumer {
  readonly config: ConsumerConfig
  readonly runConfig: ConsumerRunConfig | undefined
  readonly subscription: unknown
  /** `pause 0`, `seek 0 17`, `resume 0`, `commit 0 17`, `disconnect`, in order. */
  readonly calls: string[]
  /** Puts the consumer into the group with these partitions of the topic `t`. */
  join(partitions: readonly number[], memberId?: string): void
  emit(event: 'crash' | 'fetch' | 'heartbeat', payload?: object): void
  /** Hands over what was fetched; the offsets that were resolved. */
  fetch(partition: number, messages: readonly KafkaMessage[], high?: string): Promise<string[]>
}

/** A cluster that a test speaks for. */
export interface FakeKafka {
  readonly makeClient: (config: KafkaConfig) => Client
  readonly configs: KafkaConfig[]
  readonly consumers: FakeConsumer[]
  /** What the group has committed, by partition. */
  readonly committed: Map<number, string>
  bounds: { low: string; high: string }
  /** What the next connects throw, one each; of the admin's, and so at the preflight. */
  readonly connectErrors: unknown[]
  /** What `resolveOffset` throws, if anything. */
  resolveError: unknown
  /** The answer for a time. */
  byTime: (millis: number) => string
}

const PARTITIONS = [0, 1, 2, 3]

/** Makes a {@link FakeKafka} with one topic `t` of four partitions. */
export function fakeKafka(): FakeKafka {
  const fake: FakeKafka = {
    makeClient(config) {
      fake.configs.push(config)
      return {
        admin: () => fakeAdmin(fake) as unknown as Admin,
        consumer(options) {
          const { consumer, control } = fakeConsumer(fake, options ?? { groupId: '' })
          fake.consumers.push(control)
          return consumer as unknown as Consumer
        },
      }
    },
    configs: [],
    consumers: [],
    committed: new Map(),
    bounds: { low: '0', high: '1000' },
    connectErrors: [],
    resolveError: undefined,
    byTime: () => '0',
  }
  return fake
}

function fakeAdmin(fake: FakeKafka) {
  return {
    async connect() {
      if (fake.connectErrors.length > 0) throw fake.connectErrors.shift()
    },
    async disconnect() {},
    fetchTopicMetadata: async () => ({ topics: [{ name: 't', partitions: PARTITIONS }] }),
    fetchOffsets: async () => [
      {
        topic: 't',
        partitions: PARTITIONS.map((partition) => ({
          partition,
          offset: fake.committed.get(partition) ?? '-1',
        })),
      },
    ],
    fetchTopicOffsets: async () => PARTITIONS.map((partition) => ({ partition, ...fake.bounds })),
    fetchTopicOffsetsByTimestamp: async (_: string, millis: number) =>
      PARTITIONS.map((partition) => ({ partition, offset: fake.byTime(millis) })),
  }
}

const EVENTS = {
  GROUP_JOIN: 'join',
  CRASH: 'crash',
  FETCH: 'fetch',
  HEARTBEAT: 'heartbeat',
  START_BATCH_PROCESS: 'start_batch_process',
}

function fakeConsumer(fake: FakeKafka, config: ConsumerConfig) {
  const calls: string[] = []
  const listeners = new Map<string, (event: { payload: object }) => void>()
  let runConfig: ConsumerRunConfig | undefined
  let subscription: unknown
  const numbers = (list: { partitions: number[] }[]) => list.flatMap(({ partitions }) => partitions).join()
  const emit = (event: string, payload: object = {}) => listeners.get(event)?.({ payload })
  const consumer = {
    events: EVENTS,
    on: (event: string, listener: (event: { payload: object }) => void) =>
      void listeners.set(event, listener),
    paused: () => [],
    async connect() {},
    async subscribe(given: unknown) {
      subscription = given
    },
    async run(given: ConsumerRunConfig) {
      runConfig = given
    },
    async disconnect() {
      calls.push('disconnect')
    },
    async commitOffsets(offsets: { partition: number; offset: string }[]) {
      for (const { partition, offset } of offsets) {
        calls.push(`commit ${partition} ${offset}`)
        fake.committed.set(partition, offset)
      }
    },
    pause: (list: { partitions: number[] }[]) => void calls.push(`pause ${numbers(list)}`),
    resume: (list: { partitions: number[] }[]) => void calls.push(`resume ${numbers(list)}`),
    seek: ({ partition, offset }: { partition: number; offset: string }) =>
      void calls.push(`seek ${partition} ${offset}`),
  }
  const control: FakeConsumer = {
    config,
    get runConfig() {
      return runConfig
    },
    get subscription() {
      return subscription
    },
    calls,
    join: (partitions, memberId = 'me') => emit('join', { memberId, memberAssignment: { t: partitions } }),
    emit,
    async fetch(partition, messages, highWatermark = '1000') {
      const resolved: string[] = []
      emit('start_batch_process')
      const resolveOffset = (offset: string) => {
        if (fake.resolveError !== undefined) throw fake.resolveError
        resolved.push(offset)
      }
      const batch = { topic: 't', partition, messages, highWatermark }
      await runConfig?.eachBatch?.({ batch, resolveOffset } as never)
      return resolved
    },
  }
  return { consumer, control }
}

/** Messages with consecutive offsets, a second apart, with their offset as text. */
export function messagesFrom(offset: number, count: number): KafkaMessage[] {
  return Array.from({ length: count }, (_, at) => ({
    offset: String(offset + at),
    key: null,
    value: Buffer.from(String(offset + at)),
    timestamp: String((offset + at) * 1000),
    attributes: 0,
    headers: {},
  }))
}
