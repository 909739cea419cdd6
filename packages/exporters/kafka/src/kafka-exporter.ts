import { compileCondition } from '@lacuna/esql'
import { connectionOf, explain, quietIdleQueues, rareTimeoutChecks } from '@lacuna/kafka-client'
import type { Exporter, Host, LogRecord } from '@lacuna/sdk'
import { fieldReader, PartialError, RetryableError, toMillis } from '@lacuna/sdk'
import { type KafkaConfig, settingsOf } from './config.ts'
import { type Link, type LinkOptions, openLink } from './link.ts'
import { BATCH_OVERHEAD, createMessages, type Outgoing } from './messages.ts'
import { isRefusal } from './refusal.ts'

/** What a test may set otherwise. */
export interface Tuning {
  readonly makeClient?: NonNullable<LinkOptions['makeClient']>
}

/** What is being tried again is logged at most this often. */
const MINUTE = 60_000
/** Milliseconds for a goodbye. */
const CLOSE_PATIENCE = 5000

/**
 * Makes a `kafka` exporter.
 *
 * `export` resolves when every record is in the topic. It throws a `PartialError` for records that no broker takes
 * (larger than `max_message_size`, or refused for what they are), and a `RetryableError` for everything else: a broker
 * that is away, a topic that is missing, credentials that are wrong can all come right. A call that is made again
 * sends only what the first did not.
 *
 * @example
 * ```ts
 * const config = kafkaConfig.parse({ brokers: ['127.0.0.1:9092'], tls: false, topic: 'mapped', key: 'azure.resource.name' })
 * const exporter = createKafkaExporter(config, host)
 * ```
 */
export function createKafkaExporter(config: KafkaConfig, host: Host, tuning: Tuning = {}): Exporter {
  quietIdleQueues()
  rareTimeoutChecks()
  const component = host.id
  const connection = connectionOf(settingsOf(config), component)
  const setting = {
    brokers: connection.brokers,
    topics: connection.topics,
    writing: true,
    connectionString: config.connection_string !== undefined,
  }
  const at = connection.brokers.join(', ')
  const where = config.where === undefined ? undefined : compileCondition(config.where, fieldReader)
  const messages = createMessages(config, () => toMillis(host.clock.now()))
  /** Records of a call that failed after a part of them had arrived. */
  const arrived = new WeakSet<LogRecord>()
  let link: Promise<Link> | undefined
  let stopped = false
  let trouble = ''
  let told = Number.NEGATIVE_INFINITY

  function connected(): Promise<Link> {
    if (link !== undefined) return link
    const opening = openLink({
      connection,
      config,
      logger: host.logger,
      onTrouble: noteTrouble,
      ...(tuning.makeClient === undefined ? {} : { makeClient: tuning.makeClient }),
    })
    opening.catch(() => drop(opening))
    link = opening
    return opening
  }

  /** Ends a link for good; the next delivery opens another. */
  function drop(old: Promise<Link>): void {
    if (link === old) link = undefined
    old.then(
      (each) => each.destroy(),
      () => {},
    )
  }

  function noteTrouble(message: string): void {
    trouble = message
    const now = host.clock.monotonic()
    if (stopped || now - told < MINUTE) return
    told = now
    host.logger.warn({ component }, `${at}: ${message}; trying again`)
  }

  /** Sends messages; what the broker refuses for what it is goes to `refused`. */
  async function send(
    list: readonly Outgoing[],
    refused: number[],
    over: Promise<never>,
    signal: AbortSignal,
  ): Promise<void> {
    if (list.length === 0) return
    const used = connected()
    try {
      const open = await Promise.race([used, over])
      await Promise.race([open.send(list.map(({ message }) => message)), over])
      trouble = ''
      for (const { bundle } of list) for (const record of bundle.records) arrived.add(record)
    } catch (error) {
      drop(used)
      if (signal.aborted) {
        const because = trouble === '' ? '' : ` (${trouble})`
        throw new RetryableError(`no answer from ${at} in time${because}`, { component })
      }
      if (!isRefusal(error)) throw new RetryableError(explain(error, setting).sentence, { component })
      for (const part of parts(list, refused)) await send(part, refused, over, signal)
    }
  }

  /** What was refused in two parts; nothing for a message of one record, which is then refused itself. */
  function parts(list: readonly Outgoing[], refused: number[]): Outgoing[][] {
    const [first] = list
    if (list.length > 1 || first === undefined) {
      const middle = list.length >>> 1
      return [list.slice(0, middle), list.slice(middle)]
    }
    const halves = messages.halves(first, refused)
    if (halves === undefined) refused.push(...first.bundle.indexes)
    return halves?.map((half) => [half]) ?? []
  }

  return {
    start() {
      // What is wrong is told now and not at the first record; it does not keep the rest from starting.
      connected().catch((error) => {
        if (!stopped)
          host.logger.warn(
            { component },
            `${explain(error, setting).sentence}; it is tried again with the first record`,
          )
      })
    },
    async export(records, signal) {
      if (stopped) throw new RetryableError('the exporter does not run', { component })
      if (signal.aborted) throw new RetryableError('the export was given up before it began', { component })
      const indexes: number[] = []
      let left = 0
      for (let index = 0; index < records.length; index++) {
        const record = records[index]
        if (record === undefined) continue
        if (where !== undefined && !where.test(record)) left++
        // What a call that failed has delivered.
        else if (!arrived.delete(record)) indexes.push(index)
      }
      const refused: number[] = []
      const waiting = abortion(signal)
      try {
        const list = messages.of(records, indexes, refused)
        const limit = config.max_message_size - BATCH_OVERHEAD
        for (const batch of batches(list, limit)) await send(batch, refused, waiting.over, signal)
      } catch (error) {
        waiting.release()
        // Left out above, and still not to be sent again.
        for (let index = 0, next = 0; index < records.length; index++) {
          const record = records[index]
          if (indexes[next] === index) next++
          else if (record !== undefined && where?.test(record) !== false) arrived.add(record)
        }
        throw error
      }
      waiting.release()
      for (const index of indexes) {
        const record = records[index]
        if (record !== undefined) arrived.delete(record)
      }
      if (left > 0) host.ledger.noted('not_chosen', left)
      if (refused.length === 0) return
      host.ledger.noted('too_large', refused.length)
      throw new PartialError(
        `${refused.length} of ${records.length} records are refused by ${at}: larger than max_message_size (${config.max_message_size} bytes) or than the broker's own limit, or not what the topic takes`,
        refused.sort((a, b) => a - b),
        { component },
      )
    },
    async stop() {
      stopped = true
      const last = link
      link = undefined
      const open = await last?.catch(() => undefined)
      if (open === undefined) return
      const { promise, resolve } = Promise.withResolvers<void>()
      const cancel = host.clock.after(CLOSE_PATIENCE, resolve)
      await Promise.race([open.close(), promise])
      cancel()
      open.destroy()
    },
  }
}

/** Messages that go together: as many as a broker takes in one batch, even if all are for one partition. */
function* batches(list: readonly Outgoing[], limit: number): Generator<Outgoing[]> {
  let batch: Outgoing[] = []
  let bytes = 0
  for (const outgoing of list) {
    if (batch.length > 0 && bytes + outgoing.bytes > limit) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(outgoing)
    bytes += outgoing.bytes
  }
  if (batch.length > 0) yield batch
}

/** Rejects when the signal is given. */
function abortion(signal: AbortSignal): { readonly over: Promise<never>; release(): void } {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => {})
  const abort = () => reject(new Error('given up'))
  signal.addEventListener('abort', abort, { once: true })
  return { over: promise, release: () => signal.removeEventListener('abort', abort) }
}
