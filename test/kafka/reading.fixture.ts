import { setTimeout as wait } from 'node:timers/promises'
import { type Batch, type Logger, type Receiver, systemClock } from '@lacuna/sdk'
import { type TestReceiverHost, testReceiverHost } from '@lacuna/sdk/testing'
import { type EventHubsConfig, config as schema } from '../../packages/receivers/event-hubs/src/config.ts'
import {
  eventHubsReceiver,
  type Tuning,
} from '../../packages/receivers/event-hubs/src/event-hubs-receiver.ts'
import type { Broker } from './broker.ts'

/** A receiver that reads a real broker, and what it handed on. */
export interface Reading {
  readonly receiver: Receiver
  readonly host: TestReceiverHost
  /** What the log said, one line an entry: `level sentence`. */
  readonly log: string[]
  /** Bodies in the order of arrival; those that were replayed have `replay:` in front. */
  readonly bodies: string[]
  /** Says of all that was handed on that it is safe. */
  acknowledge(): void
  stop(): Promise<void>
}

/** What {@link startReading} may be told. */
export interface ReadingOptions {
  readonly id?: string
  readonly lookback?: number
  readonly pipelines?: readonly string[]
  readonly consume?: (batch: Batch) => void | Promise<void>
  /** Says at once that what was accepted is safe. */
  readonly safe?: boolean
  readonly tuning?: Tuning
}

/** The configuration that reads a broker over SASL_SSL, as Event Hubs is read. */
export function overTls(broker: Broker, topics: string[], more: object = {}): EventHubsConfig {
  return schema.parse({
    connection_string: broker.connectionString,
    brokers: [broker.sasl],
    tls: { ca_file: broker.caFile },
    topics,
    ...more,
  })
}

/** The configuration that reads a broker without TLS and log-in. */
export function inPlain(broker: Broker, topics: string[], more: object = {}): EventHubsConfig {
  return schema.parse({ brokers: [broker.plain], tls: false, topics, ...more })
}

/** Makes a receiver without starting it. */
export function makeReading(config: EventHubsConfig, options: ReadingOptions = {}): Reading {
  const log: string[] = []
  const say = (level: string) => (_: object, message: string) => void log.push(`${level} ${message}`)
  const logger: Logger = { debug: () => {}, info: say('info'), warn: say('warn'), error: say('error') }
  const bodies: string[] = []
  const inner = testReceiverHost({
    id: options.id ?? 'event_hubs',
    clock: systemClock,
    lookback: options.lookback ?? 0,
    ...(options.pipelines === undefined ? {} : { pipelines: options.pipelines }),
    async consume(batch) {
      await options.consume?.(batch)
      for (const { body } of batch.records) bodies.push(`${batch.replay ? 'replay:' : ''}${String(body)}`)
      if (options.safe && batch.position !== undefined) receiver.safe?.(batch.source, batch.position)
    },
  })
  const host = Object.assign(inner, { logger })
  const receiver = eventHubsReceiver(config, host, { idleWait: 500, ...options.tuning })
  return {
    receiver,
    host,
    log,
    bodies,
    acknowledge() {
      for (const { source, position } of host.batches)
        if (position !== undefined) receiver.safe?.(source, position)
    },
    async stop() {
      await receiver.stop()
      await receiver.close?.()
    },
  }
}

/** Makes a receiver and starts it. */
export async function startReading(config: EventHubsConfig, options: ReadingOptions = {}): Promise<Reading> {
  const reading = makeReading(config, options)
  await reading.receiver.start()
  return reading
}

/** Waits until something holds; fails with a sentence when it does not for a long time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  patience = 30_000,
): Promise<void> {
  const end = performance.now() + patience
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`)
    await wait(20)
  }
}

/** `prefix0`, `prefix1`, ... */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`)
}
