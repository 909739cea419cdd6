import { decodeLogs, decodeLogsJson } from '@lacuna/otlp'
import { fromMillis, LogRecord, PartialError, RetryableError } from '@lacuna/sdk'
import { exporterConformance, type ManualClock, manualClock, testHost } from '@lacuna/sdk/testing'
import type { Message } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { kafkaConfig } from './config.ts'
import { fakeKafka, protocolError } from './fake-kafka.fixture.ts'
import kafka, { createKafkaExporter } from './index.ts'

const never = new AbortController().signal
const SETTINGS = { brokers: ['127.0.0.1:9092'], topic: 't', key: 'azure.resource.name' }
/** The wall clock of these tests. */
const NOW = Date.parse('2026-09-14T12:00:00Z')

function clockAtNow(): ManualClock {
  return manualClock(NOW)
}

/** An exporter to a fake cluster, and what it told. */
function exporterTo(fake: ReturnType<typeof fakeKafka>, more: object = {}) {
  const log: string[] = []
  const say = (_: object, message: string) => void log.push(message)
  const host = {
    ...testHost({ id: 'kafka', clock: clockAtNow() }),
    logger: { debug() {}, info: say, warn: say, error: say },
  }
  const config = kafkaConfig.parse({ ...SETTINGS, ...more })
  return { exporter: createKafkaExporter(config, host, { makeClient: fake.makeClient }), host, log }
}

/** `name second`, one for each record. */
function record(name: string | undefined, second = 0, body = ''): LogRecord {
  return new LogRecord({
    hrTime: fromMillis(NOW - 3_600_000 + second * 1000),
    body: `${name} ${second}${body}`,
    attributes: name === undefined ? {} : { 'azure.resource.name': name },
  })
}

const bodies = (message: Message) => decodeLogs(message.value as Buffer).map(({ body }) => body)

async function failure(promise: void | Promise<void>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

describe('conformance', () => {
  const fake = fakeKafka()
  const checks = exporterConformance({
    factory: kafka,
    config: SETTINGS,
    create: (host) => {
      fake.arrived.length = 0
      return createKafkaExporter(kafkaConfig.parse(SETTINGS), host, { makeClient: fake.makeClient })
    },
    records: () => [record('a'), record('b'), record('a')],
    delivered: () => fake.arrived.reduce((sum, message) => sum + bodies(message).length, 0),
  })
  for (const check of checks) it(check.name, check.run)
})

describe('a message', () => {
  it('holds records of one key that are close in time, in their order', async () => {
    const fake = fakeKafka()
    const { exporter } = exporterTo(fake)
    await exporter.export(
      [record('a', 0), record('b', 0.2), record('a', 0.4), record('b', 1.1), record('a', 1.2)],
      never,
    )
    expect(fake.arrived.map((message) => [message.key, ...bodies(message)])).toEqual([
      ['a', 'a 0', 'a 0.4'],
      ['b', 'b 0.2'],
      ['b', 'b 1.1'],
      ['a', 'a 1.2'],
    ])
  })

  it('keeps a key where the same key went before', async () => {
    const fake = fakeKafka()
    const { exporter } = exporterTo(fake)
    for (let second = 0; second < 6; second += 2)
      await exporter.export([record('a', second), record('bc', second), record('def', second)], never)
    const places = new Map<unknown, Set<unknown>>()
    for (const { key, partition } of fake.arrived)
      places.set(key, (places.get(key) ?? new Set()).add(partition))
    expect([...places.values()].map((set) => set.size)).toEqual([1, 1, 1])
    // murmur2 as Java has it, of Kafka's own test of it: -973932308 & 0x7fffffff is 1173551340.
    await exporter.export([record('21')], never)
    expect(fake.arrived.at(-1)?.partition).toBe(1_173_551_340 % 4)
  })

  it('has the empty key where the key is null, so that those records stay together', async () => {
    const fake = fakeKafka()
    const { exporter } = exporterTo(fake)
    await exporter.export([record(undefined, 0), record(undefined, 60)], never)
    expect(fake.arrived.map(({ key }) => key)).toEqual(['', ''])
    expect(new Set(fake.arrived.map(({ partition }) => partition)).size).toBe(1)
  })

  it('is not made of what is not chosen, which is noted', async () => {
    const fake = fakeKafka()
    const { exporter, host } = exporterTo(fake, { where: 'azure.resource.name != "b"' })
    await exporter.export([record('a'), record('b'), record(undefined)], never)
    expect(fake.arrived.map(({ key }) => key)).toEqual(['a'])
    expect(host.ledger.notes).toEqual({ not_chosen: 2 })
  })

  it('has no key where none is asked for', async () => {
    const fake = fakeKafka()
    const { exporter } = exporterTo(fake, { key: undefined })
    await exporter.export([record('a')], never)
    expect(fake.arrived.map(({ key }) => key)).toEqual([null])
  })

  it.each([
    ['TO_LOWER(azure.resource.name)', 'A', 'a'],
    ['COALESCE(nowhere, azure.resource.name)', 'a', 'a'],
    ['LENGTH(azure.resource.name)', 'abc', '3'],
    ['azure.resource.name == "a"', 'a', 'true'],
  ])('has the key that %s gives', async (key, name, expected) => {
    const fake = fakeKafka()
    const { exporter } = exporterTo(fake, { key })
    await exporter.export([record(name)], never)
    expect(fake.arrived.map((message) => message.key)).toEqual([expected])
  })

  it('has a bounded key that still tells long ones apart', async () => {
    const fake = fakeKafka()
    const { exporter } = exporterTo(fake)
    await exporter.export([record(`${'x'.repeat(5000)}1`), record(`${'x'.repeat(5000)}2`)], never)
    const keys = fake.arrived.map(({ key }) => String(key))
    expect(new Set(keys).size).toBe(2)
    for (const key of keys) expect(key.length).toBeLessThan(1100)
  })

  it('bears the time of its latest record, never one to come, and the present for none', async () => {
    const fake = fakeKafka()
    const { exporter } = exporterTo(fake)
    const timeless = new LogRecord({ body: 'x', attributes: { 'azure.resource.name': 'c' } })
    await exporter.export([record('a', 0.5), record('a', 0), record('b', 9_000_000), timeless], never)
    const at = (message: Message | undefined) => Number(message?.timestamp) - NOW
    expect(fake.arrived.map(at)).toEqual([-3_599_500, 0, 0])
  })

  it('bears the present where it is asked for', async () => {
    const fake = fakeKafka()
    const { exporter } = exporterTo(fake, { timestamp: 'send_time' })
    await exporter.export([record('a')], never)
    expect(fake.arrived.map(({ timestamp }) => timestamp)).toEqual([String(NOW)])
  })

  it('carries the headers, and OTLP as JSON where it is asked for', async () => {
    const fake = fakeKafka()
    const { exporter } = exporterTo(fake, { encoding: 'otlp_json', headers: { site: 'west' } })
    await exporter.export([record('a')], never)
    const [message] = fake.arrived
    expect(message?.headers).toEqual({ site: 'west' })
    expect(decodeLogsJson(message?.value as Buffer).map(({ body }) => body)).toEqual(['a 0'])
  })
})

describe('sizes', () => {
  it('sets a record aside that is too large, and delivers its neighbours', async () => {
    const fake = fakeKafka()
    const { exporter, host } = exporterTo(fake, { max_message_size: 2000 })
    const error = await failure(
      exporter.export([record('a', 0), record('a', 0, 'x'.repeat(3000)), record('a', 0)], never),
    )
    expect(error).toBeInstanceOf(PartialError)
    expect(error).toMatchObject({ failed: [1] })
    expect(fake.arrived.flatMap(bodies)).toEqual(['a 0', 'a 0'])
    expect(host.ledger.notes).toEqual({ too_large: 1 })
  })

  it('sends no more at once than a broker takes in a batch', async () => {
    const fake = fakeKafka()
    const sizes: number[] = []
    fake.onSend = (messages) =>
      void sizes.push(messages.reduce((sum, { value }) => sum + (value?.length ?? 0), 0))
    const { exporter } = exporterTo(fake, { max_message_size: 10_000 })
    await exporter.export(
      Array.from({ length: 50 }, (_, at) => record(`r${at}`, at, 'x'.repeat(900))),
      never,
    )
    expect(fake.arrived).toHaveLength(50)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10_000)
    expect(sizes.length).toBeLessThan(10)
  })

  it('finds the record that a broker with a lower limit refuses', async () => {
    const fake = fakeKafka()
    fake.onSend = (messages) => {
      if (messages.some(({ value }) => (value?.length ?? 0) > 1500)) throw protocolError('MESSAGE_TOO_LARGE')
    }
    const { exporter } = exporterTo(fake)
    const list = Array.from({ length: 20 }, (_, at) => record('a', 0, at === 13 ? 'x'.repeat(3000) : ''))
    const error = await failure(exporter.export(list, never))
    expect(error).toMatchObject({ failed: [13] })
    expect(fake.arrived.flatMap(bodies)).toHaveLength(19)
  })
})

describe('a failure', () => {
  it.each([
    ['NOT_ENOUGH_REPLICAS'],
    ['TOPIC_AUTHORIZATION_FAILED'],
    ['OUT_OF_ORDER_SEQUENCE_NUMBER'],
    ['UNKNOWN_TOPIC_OR_PARTITION'],
  ])('%s may come right, so it is retryable', async (type) => {
    const fake = fakeKafka()
    fake.onSend = () => {
      throw protocolError(type)
    }
    const { exporter } = exporterTo(fake)
    const error = await failure(exporter.export([record('a')], never))
    expect(error).toBeInstanceOf(RetryableError)
  })

  it('ends the producer: its sequence numbers may have been used', async () => {
    const fake = fakeKafka()
    let first = true
    fake.onSend = () => {
      if (first) {
        first = false
        throw protocolError('REQUEST_TIMED_OUT')
      }
    }
    const { exporter } = exporterTo(fake)
    await failure(exporter.export([record('a')], never))
    await exporter.export([record('b')], never)
    expect(fake.sends).toEqual([1, 1])
    expect(
      fake.producers.every(({ idempotent, maxInFlightRequests }) => idempotent && maxInFlightRequests === 1),
    ).toBe(true)
  })

  it('does not send again what had arrived before it', async () => {
    const fake = fakeKafka()
    let sends = 0
    fake.onSend = () => {
      if (++sends === 2) throw protocolError('NOT_ENOUGH_REPLICAS')
    }
    const { exporter } = exporterTo(fake, { max_message_size: 2000 })
    const list = ['a', 'b', 'c'].map((name) => record(name, 0, 'x'.repeat(1200)))
    await failure(exporter.export(list, never))
    await exporter.export(list, never)
    expect(fake.arrived.map(({ key }) => key)).toEqual(['a', 'b', 'c'])
    // Once it is over, the same record is one more.
    await exporter.export(list, never)
    expect(fake.arrived).toHaveLength(6)
  })

  it('is what a partition is that no broker answered for', async () => {
    const fake = fakeKafka()
    for (let partition = 0; partition < 4; partition++) fake.silent.add(partition)
    const { exporter } = exporterTo(fake)
    expect(await failure(exporter.export([record('a')], never))).toBeInstanceOf(RetryableError)
  })

  it('of connecting is told at the start, and the next delivery connects again', async () => {
    const fake = fakeKafka()
    fake.connectErrors.push(Object.assign(new Error('no'), { name: 'KafkaJSSASLAuthenticationError' }))
    const { exporter, log } = exporterTo(fake)
    await exporter.start?.()
    await new Promise(setImmediate)
    expect(log.join()).toContain('refused the credentials; check sasl')
    await exporter.export([record('a')], never)
    expect(fake.arrived).toHaveLength(1)
  })

  it('comes when time is over, and nothing waits then', async () => {
    const fake = fakeKafka()
    fake.onSend = () => new Promise(() => {})
    const { exporter } = exporterTo(fake)
    const ending = new AbortController()
    const failing = failure(exporter.export([record('a')], ending.signal))
    await new Promise(setImmediate)
    ending.abort()
    const error = await failing
    expect(error).toBeInstanceOf(RetryableError)
    expect(String(error)).toContain('no answer from 127.0.0.1:9092 in time')
    fake.onSend = () => {}
    await exporter.export([record('a')], never)
    expect(fake.producers).toHaveLength(2)
  })
})
