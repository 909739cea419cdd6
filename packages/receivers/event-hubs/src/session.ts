import { type Connection, clientConfig, createSockets, kafkaLog } from '@lacuna/kafka-client'
import type { Clock, Logger } from '@lacuna/sdk'
import {
  type Consumer,
  type EachBatchPayload,
  Kafka,
  type KafkaConfig,
  logLevel,
  type TopicPartitionOffset,
} from 'kafkajs'
import { bySubscription } from './assigner.ts'
import { withLongPoll } from './long-poll.ts'
import { createLookups } from './lookups.ts'
import type { Partition } from './partition.ts'
import type { Control, Partitions } from './partitions.ts'
import { createWatch } from './watch.ts'

/** What a session uses of kafkajs. */
export type Client = Pick<Kafka, 'admin' | 'consumer'>

/** One life of a consumer, from connecting to its end. */
export interface Session {
  /** Rejects with what ended it. Never resolves: a consumer does not end by itself. */
  readonly ended: Promise<never>
  /** Rejects while it is not in the group. */
  commit(offsets: TopicPartitionOffset[]): Promise<void>
  /** Leaves the group and disconnects; takes some seconds at most, whatever the broker does. */
  close(): Promise<void>
}

/** What {@link openSession} needs. */
export interface SessionOptions {
  readonly connection: Connection
  readonly groupId: string
  /** How many partitions the topics have. */
  readonly partitionCount: number
  readonly clock: Clock
  readonly logger: Logger
  readonly partitions: Partitions
  /** Milliseconds without a sign of life that are too many. */
  readonly silence?: number
  /** Milliseconds that a fetch waits when there is nothing to read and no partition is paused. */
  readonly idleWait?: number
  /** Milliseconds without a heartbeat after which the group goes on without this member. */
  readonly sessionTimeout?: number
  readonly onTrouble: (message: string) => void
  readonly onReading: () => void
  readonly onOutOfRange: (topic: string, partition: number) => void
  readonly makeClient?: (config: KafkaConfig) => Client
  /** Ends the beginning, when it is no longer wanted. */
  readonly signal: AbortSignal
}

/** Milliseconds that a fetch with nothing to bring waits: while a partition is paused, and while none is. */
const SHORT_WAIT = 500
const LONG_WAIT = 2000
/** Milliseconds of the group's protocol, as Microsoft recommends for Event Hubs, and heartbeats in a session. */
const SESSION = 30_000
const HEARTBEATS = 10
const TIMES = {
  rebalanceTimeout: 60_000,
  maxWaitTimeInMs: SHORT_WAIT,
  metadataMaxAge: 180_000,
}
const CLOSE_PATIENCE = 5000

/** Connects, joins the group and reads until it ends. Rejects when the beginning fails. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { clock, logger, partitions, connection, groupId, sessionTimeout = SESSION } = options
  const sockets = createSockets(connection.brokers)
  const ended = Promise.withResolvers<never>()
  ended.promise.catch(() => {})
  const makeClient = options.makeClient ?? ((config) => new Kafka(config))
  const log = kafkaLog({ logger, onTrouble: options.onTrouble, onOutOfRange: options.onOutOfRange })
  const common = {
    logLevel: logLevel.INFO,
    logCreator: log,
    socketFactory: sockets.factory,
    brokers: sockets.brokers,
  }
  // The consumer tries without end: so it is back some seconds after the broker.
  const client = makeClient({ ...clientConfig(connection, Number.POSITIVE_INFINITY), ...common })
  const asking = makeClient({ ...clientConfig(connection, 3), ...common })
  const lookups = createLookups(() => asking.admin(), groupId, clock)
  const consumer: Consumer = client.consumer({
    ...TIMES,
    sessionTimeout,
    heartbeatInterval: sessionTimeout / HEARTBEATS,
    groupId,
    partitionAssigners: [
      withLongPoll(
        bySubscription(async (topic) => [...(await lookups.bounds(topic)).keys()]),
        () => (consumer.paused().length > 0 ? SHORT_WAIT : (options.idleWait ?? LONG_WAIT)),
      ),
    ],
    allowAutoTopicCreation: false,
    retry: { restartOnFailure: async () => false },
  })
  const control = controlOf(consumer, lookups)
  let over = false
  const watch = createWatch({
    clock,
    ...(options.silence === undefined ? {} : { patience: options.silence }),
    onSilence: (millis) =>
      ended.reject(new Error(`nothing was heard of the consumer for ${Math.round(millis / 1000)} s`)),
    onSpin: () => partitions.hold(),
  })

  let member: string | undefined
  function listen({ events, on }: Consumer): void {
    on(events.GROUP_JOIN, ({ payload }) => {
      watch.alive()
      if (over) return
      // A member that the group has forgotten comes back under another id.
      const continuous = member === payload.memberId
      member = payload.memberId
      partitions.joined(control, payload.memberAssignment, continuous)
    })
    on(events.CRASH, ({ payload }) => ended.reject(payload.error))
    on(events.FETCH, ({ payload }) => {
      watch.alive()
      watch.fetched(payload.duration)
      options.onReading()
    })
    on(events.START_BATCH_PROCESS, () => watch.processing())
    on(events.HEARTBEAT, () => watch.alive())
  }

  async function eachBatch({ batch, resolveOffset }: EachBatchPayload): Promise<void> {
    try {
      const { topic, partition, messages, highWatermark } = batch
      if (over || !(await partitions.take(topic, partition, messages, highWatermark)) || over) return
      const last = messages.at(-1)
      if (last !== undefined) resolveOffset(last.offset)
    } catch (error) {
      // Out of here it would end the consumer. A rebalance may have taken the partition away meanwhile.
      logger.debug({ error: String(error) }, 'a fetch could not be finished')
    }
  }

  async function close(): Promise<void> {
    if (over) return
    over = true
    watch.stop()
    const leaving = Promise.allSettled([consumer.disconnect(), lookups.release()])
    await Promise.race([leaving, new Promise<void>((resolve) => void clock.after(CLOSE_PATIENCE, resolve))])
    sockets.destroy()
  }

  async function begin(): Promise<void> {
    await consumer.connect()
    // Anything but the beginning would skip what is there when an offset is out of range.
    await consumer.subscribe({ topics: connection.topics, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: Math.max(1, options.partitionCount),
      eachBatch,
    })
  }

  try {
    listen(consumer)
    await Promise.race([begin(), ended.promise, aborted(options.signal)])
  } catch (error) {
    await close()
    throw error
  }
  return {
    ended: ended.promise,
    async commit(offsets) {
      if (over) throw new Error('the session is over')
      await consumer.commitOffsets(offsets)
    },
    close,
  }
}

/** Rejects when it is no longer wanted. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(new Error('stopped'))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

function controlOf(consumer: Consumer, lookups: Control['lookups']): Control {
  /** Between two lives of the consumer there is nothing to steer; a join sets everything anew. */
  const steer = (act: () => void) => {
    try {
      act()
    } catch {}
  }
  const one = ({ topic, partition }: Partition) => [{ topic, partitions: [partition] }]
  return {
    lookups,
    pause: (partition) => steer(() => consumer.pause(one(partition))),
    resume: (partition) => steer(() => consumer.resume(one(partition))),
    seek: ({ topic, partition }, offset) => steer(() => consumer.seek({ topic, partition, offset })),
  }
}
