import {
  clientConfig,
  connectionOf,
  createSockets,
  explain,
  preflight,
  quietIdleQueues,
  rareTimeoutChecks,
} from '@lacuna/kafka-client'
import { LacunaError, parseDuration, type Receiver, type ReceiverHost } from '@lacuna/sdk'
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs'
import { installCodecs } from './codecs.ts'
import { createCommits } from './commits.ts'
import type { EventHubsConfig } from './config.ts'
import { defaultGroupId } from './group-id.ts'
import { createHandOn } from './hand-on.ts'
import { createLocate } from './locate.ts'
import { compareOffsets, countBetween } from './offsets.ts'
import { createPartitions } from './partitions.ts'
import { savedPositions } from './saved-positions.ts'
import { aborted, type Client, openSession } from './session.ts'
import { createSupervisor } from './supervisor.ts'
import { toRecords } from './to-records.ts'
import { createTroubles } from './troubles.ts'

/** What a test may set otherwise. */
export interface Tuning {
  readonly makeClient?: (config: KafkaConfig) => Client
  /** Milliseconds without a sign of life after which the consumer is replaced. */
  readonly silence?: number
  /** Milliseconds that a fetch waits when there is nothing to read. */
  readonly idleWait?: number
  /** Milliseconds without a heartbeat after which the group goes on without this member. */
  readonly sessionTimeout?: number
}

/**
 * Reads the topics as a member of a consumer group.
 *
 * `start` resolves once it has joined, or when it cannot for now (that is told, and tried for ever); it rejects with
 * `credentials` when they were refused for `startup_timeout`, and with `unreadable_file` when a file of `tls` cannot
 * be read. `stop` ends reading and stays in the group; `close` commits what is safe and leaves.
 */
export function eventHubsReceiver(
  config: EventHubsConfig,
  host: ReceiverHost,
  tuning: Tuning = {},
): Receiver {
  quietIdleQueues()
  rareTimeoutChecks()
  installCodecs()
  const { clock, ledger, logger } = host
  const groupId = config.group_id ?? defaultGroupId(host.pipelines)
  const connection = connectionOf(config, host.id)
  const { topics } = connection
  const setting = {
    brokers: connection.brokers,
    topics,
    groupId,
    connectionString: config.connection_string !== undefined,
  }
  const troubles = createTroubles(host)

  const rewind = () => {
    if (config.rewind === 'auto') return host.lookback
    return config.rewind === 'none' ? 0 : (parseDuration(config.rewind) ?? 0)
  }
  const records = toRecords({
    clock,
    ledger,
    encoding: config.encoding,
    includeMetadata: config.include_metadata,
    unreadable: (topic, partition, count) =>
      troubles.say(
        `${topic}/${partition}: ${count} messages could not be decompressed and are left out; use gzip, zstd or no compression`,
      ),
    malformed: (topic, partition, count, reason) =>
      troubles.say(
        `${topic}/${partition}: ${count} messages are not ${config.encoding} and are left out (${reason}); check encoding against what the sender writes`,
      ),
  })
  const handOn = createHandOn(host, records)
  const locate = createLocate({ startAt: config.start_at, groupId, rewind, logger, ledger })
  const partitions = createPartitions({
    host,
    handOn,
    locate,
    saved: savedPositions(host),
    rewind,
    keepStart: config.start_at === 'latest',
    onDue: () => commits.mark(),
  })
  const commits = createCommits({
    clock,
    logger,
    partitions: () => partitions.all.values(),
    async commit(offsets) {
      const { session } = supervisor
      if (session === undefined) throw new Error('not connected')
      await session.commit(offsets)
    },
  })

  async function look(signal: AbortSignal): Promise<number> {
    const sockets = createSockets(connection.brokers)
    const quiet = { logLevel: logLevel.NOTHING, socketFactory: sockets.factory, brokers: sockets.brokers }
    const client = (tuning.makeClient ?? ((each) => new Kafka(each)))({
      ...clientConfig(connection, 0),
      ...quiet,
    })
    try {
      return await Promise.race([preflight(client.admin(), topics), aborted(signal)])
    } finally {
      sockets.destroy()
    }
  }

  async function open(signal: AbortSignal) {
    const partitionCount = await look(signal)
    return openSession({
      connection,
      groupId,
      partitionCount,
      clock,
      logger,
      partitions,
      signal,
      ...(tuning.silence === undefined ? {} : { silence: tuning.silence }),
      ...(tuning.idleWait === undefined ? {} : { idleWait: tuning.idleWait }),
      ...(tuning.sessionTimeout === undefined ? {} : { sessionTimeout: tuning.sessionTimeout }),
      ...(tuning.makeClient === undefined ? {} : { makeClient: tuning.makeClient }),
      onTrouble: (message) => troubles.began(`${connection.brokers.join(', ')}: ${message}; trying again`),
      onReading: () => troubles.ended(),
      onOutOfRange(topic, partition) {
        ledger.noted('out_of_range', 1)
        logger.warn(
          { topic, partition },
          `${topic}/${partition}: the messages to read next are gone; reading goes on at the earliest that is there`,
        )
      },
    })
  }

  const supervisor = createSupervisor({
    clock,
    health: host.health,
    open,
    explain: (error) => explain(error, setting),
    tell({ kind, sentence }, delay) {
      ledger.noted('connection_failed', 1)
      logger.warn({ kind, retry_in_ms: delay }, `${sentence}; trying again in ${delay / 1000} s`)
    },
    fatal: ({ kind, sentence }, elapsed) =>
      kind === 'credentials' && elapsed >= config.startup_timeout
        ? new LacunaError('credentials', sentence, { component: host.id })
        : undefined,
  })

  return {
    async start() {
      logger.info(
        { group_id: groupId, topics, brokers: connection.brokers },
        `reading ${topics.join(', ')} as consumer group ${groupId}; whoever uses the same group shares the messages`,
      )
      await supervisor.run()
    },
    async stop() {
      supervisor.stop()
      await partitions.stop()
    },
    async close() {
      supervisor.stop()
      if (supervisor.session !== undefined) await commits.flush()
      await supervisor.close()
    },
    safe(source, position) {
      const partition = partitions.of(source)
      if (
        partition === undefined ||
        (partition.safe !== undefined && compareOffsets(position, partition.safe) <= 0)
      )
        return
      partition.safe = position
      commits.mark()
    },
    gauges() {
      let lag = 0
      for (const { end, next, phase } of partitions.all.values())
        if (phase === 'reading') lag += countBetween(next, end)
      return { partitions: partitions.all.size, lag_messages: lag }
    },
  }
}
