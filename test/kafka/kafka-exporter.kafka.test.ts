import { setTimeout as wait } from 'node:timers/promises'
import { type Exporter, fromMillis, LogRecord, type ReceiverHost, systemClock } from '@lacuna/sdk'
import { testHost, testReceiverHost } from '@lacuna/sdk/testing'
import { expect, it } from 'vitest'
import kafka, { createKafkaExporter } from '../../packages/exporters/kafka/src/index.ts'
import eventHubs from '../../packages/receivers/event-hubs/src/index.ts'
import type { Broker } from './broker.ts'
import { describeKafka } from './describe-kafka.ts'
import { createTopic, freshName } from './topics.ts'

const never = new AbortController().signal

/** An exporter that has started, and what its log said. */
async function exporterTo(config: object): Promise<{ exporter: Exporter; log: string[] }> {
  const log: string[] = []
  const say = (_: object, message: string) => void log.push(message)
  const logger = { debug() {}, info: say, warn: say, error: say }
  const host = { ...testHost({ id: 'kafka', clock: systemClock }), logger }
  const exporter = createKafkaExporter(kafka.config.parse(config), host)
  await exporter.start?.()
  return { exporter, log }
}

/** All that is in a topic, read by the `event_hubs` receiver, once there are `count` records or more. */
async function readBack(broker: Broker, topic: string, count: number): Promise<[string, LogRecord][]> {
  const records: [string, LogRecord][] = []
  const host: ReceiverHost = testReceiverHost({
    id: 'event_hubs',
    clock: systemClock,
    lookback: 0,
    consume(batch) {
      for (const record of batch.records) records.push([batch.source.id.replace(/^.*\//, ''), record])
    },
  })
  const config = eventHubs.config.parse({
    brokers: [broker.plain],
    tls: false,
    topics: [topic],
    group_id: freshName('back'),
    encoding: 'otlp_proto',
  })
  const receiver = eventHubs.create(config, host)
  await receiver.start()
  for (let tries = 0; records.length < count && tries < 600; tries++) await wait(50)
  // What comes twice comes now.
  await wait(300)
  await receiver.stop()
  await receiver.close?.()
  return records
}

const named = (name: string, body: unknown, more: object = {}) =>
  new LogRecord({
    hrTime: fromMillis(Date.now()),
    body: String(body),
    attributes: { 'azure.resource.name': name },
    ...more,
  })

async function failure(promise: void | Promise<void>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return String(error)
  }
  throw new Error('it did not fail')
}

describeKafka('the kafka exporter', (broker) => {
  const plain = (topic: string, more: object = {}) => ({
    brokers: [broker().plain],
    topic,
    key: 'azure.resource.name',
    ...more,
  })

  async function topicOf(partitions: number, settings: Record<string, string> = {}): Promise<string> {
    const topic = freshName('mapped')
    await createTopic(broker(), topic, partitions, settings)
    return topic
  }

  it('writes what the event_hubs receiver reads, nothing lost, the records of a key in order in one partition', async () => {
    const topic = await topicOf(4)
    const { exporter } = await exporterTo(plain(topic))
    const sent: LogRecord[] = []
    for (let at = 0; at < 200; at++) {
      const attributes = {
        'azure.resource.name': `r${at % 7}`,
        at,
        big: 2n ** 60n,
        nested: { list: [1, 'a', null] },
      }
      sent.push(
        new LogRecord({
          hrTime: [1_789_000_000 + at, 123_456_789],
          hrTimeObserved: [1_789_000_001, 1],
          body: `${at}`,
          attributes,
          severityNumber: 9,
          eventName: 'azure.openai',
        }),
      )
    }
    for (let at = 0; at < 200; at += 50) await exporter.export(sent.slice(at, at + 50), never)
    await exporter.stop?.()
    const read = await readBack(broker(), topic, 200)
    expect(read).toHaveLength(200)
    const partitions = new Map<unknown, Set<string>>()
    const order = new Map<unknown, number[]>()
    for (const [partition, record] of read) {
      const name = record.attributes['azure.resource.name']
      partitions.set(name, (partitions.get(name) ?? new Set()).add(partition))
      order.set(name, [...(order.get(name) ?? []), Number(record.body)])
    }
    expect([...partitions.values()].every((set) => set.size === 1)).toBe(true)
    expect(new Set([...partitions.values()].flatMap((set) => [...set])).size).toBeGreaterThan(1)
    for (const numbers of order.values()) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    const byBody = new Map(read.map(([, record]) => [record.body, record]))
    for (const { body, hrTime, hrTimeObserved, attributes, severityNumber, eventName } of sent)
      expect(byBody.get(body)).toMatchObject({
        hrTime,
        hrTimeObserved,
        attributes,
        severityNumber,
        eventName,
      })
  }, 60_000)

  it('writes over SASL_SSL with a connection string, and says which right is missing', async () => {
    const topic = await topicOf(1)
    const over = { brokers: [broker().sasl], tls: { ca_file: broker().caFile }, topic }
    const { exporter } = await exporterTo({ ...over, connection_string: broker().connectionString })
    await exporter.export([named('a', 'over TLS')], never)
    await exporter.stop?.()
    expect((await readBack(broker(), topic, 1)).map(([, { body }]) => body)).toEqual(['over TLS'])
    const wrong = broker().connectionString.replace(/SharedAccessKey=.*/, 'SharedAccessKey=d3Jvbmc=')
    const refused = await exporterTo({ ...over, connection_string: wrong })
    const said = await failure(refused.exporter.export([named('a', 1)], never))
    expect(said).toContain('refused the credentials; check that the key in connection_string is current')
    expect(said).toContain('may send')
    expect(said).not.toContain('d3Jvbmc')
    await refused.exporter.stop?.()
  }, 60_000)

  it('says that a topic is missing, makes none, and writes once it is there', async () => {
    const topic = freshName('later')
    const { exporter } = await exporterTo(plain(topic))
    const said = await failure(exporter.export([named('a', 1)], never))
    expect(said).toContain(`has no topic (event hub) ${topic}; check topic`)
    await createTopic(broker(), topic)
    await exporter.export([named('a', 1)], never)
    await exporter.stop?.()
    expect(await readBack(broker(), topic, 1)).toHaveLength(1)
  }, 60_000)

  it('sets aside what the topic has no room for, and nothing else', async () => {
    const topic = await topicOf(2, { 'max.message.bytes': '20000' })
    const { exporter } = await exporterTo(plain(topic, { compression: 'none' }))
    const list = Array.from({ length: 40 }, (_, at) =>
      named(`r${at % 3}`, at === 17 ? 'x'.repeat(30_000) : at),
    )
    const said = await failure(exporter.export(list, never))
    expect(said).toContain('1 of 40 records are refused')
    await exporter.stop?.()
    const bodies = new Set((await readBack(broker(), topic, 39)).map(([, { body }]) => body))
    expect(bodies.size).toBe(39)
  }, 60_000)

  it('loses and repeats nothing while the broker is killed and comes back', async () => {
    const topic = await topicOf(3)
    const { exporter, log } = await exporterTo(plain(topic))
    let number = 0
    let over = false
    const sending = (async () => {
      while (!over || number % 10 !== 0) {
        const list = Array.from({ length: 10 }, () => named(`r${number % 5}`, number++))
        await exporter.export(list, never)
      }
    })()
    await wait(500)
    await broker().kill()
    await wait(1000)
    await broker().restart()
    const before = number
    for (let tries = 0; number < before + 500 && tries < 600; tries++) await wait(50)
    over = true
    await sending
    await exporter.stop?.()
    const read = await readBack(broker(), topic, number)
    const numbers = read.map(([, { body }]) => Number(body)).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: number }, (_, at) => at))
    expect(log.join('\n')).toContain('trying again')
  }, 120_000)

  it('gives up when time is over, and delivers when the broker answers again', async () => {
    const topic = await topicOf(1)
    const { exporter } = await exporterTo(plain(topic))
    await exporter.export([named('a', 'before')], never)
    broker().freeze()
    const said = await failure(exporter.export([named('a', 'meanwhile')], AbortSignal.timeout(1500)))
    broker().thaw()
    expect(said).toContain('no answer from')
    await exporter.export([named('a', 'meanwhile')], never)
    await exporter.export([named('a', 'after')], never)
    await exporter.stop?.()
    const bodies = (await readBack(broker(), topic, 3)).map(([, { body }]) => body)
    expect([...new Set(bodies)]).toEqual(['before', 'meanwhile', 'after'])
  }, 60_000)
})
