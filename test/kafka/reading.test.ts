import { type Check, receiverConformance } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import { config as schema } from '../../packages/receivers/event-hubs/src/config.ts'
import { eventHubsReceiver } from '../../packages/receivers/event-hubs/src/event-hubs-receiver.ts'
import { describeKafka } from './describe-kafka.ts'
import { inPlain, numbered, overTls, startReading, until } from './reading.fixture.ts'
import { committed, createTopic, freshName, produce } from './topics.ts'

describeKafka('reading a real Kafka', (broker) => {
  /** A topic with numbered messages, `spacing` milliseconds apart and ending `ago` milliseconds ago. */
  async function topicWith(count: number, partitions = 1, spacing = 0): Promise<string> {
    const topic = freshName('topic')
    await createTopic(broker(), topic, partitions)
    const start = Date.now() - count * spacing
    await produce(
      broker(),
      topic,
      numbered('m', count).map((value, at) => ({
        value,
        partition: at % partitions,
        timestamp: String(start + at * spacing),
      })),
    )
    return topic
  }

  it('reads every partition over SASL_SSL with a connection string, and commits only what is safe', async () => {
    const topic = await topicWith(30, 3)
    const group_id = freshName('group')
    const reading = await startReading(overTls(broker(), [topic], { group_id }))
    await until(() => reading.bodies.length === 30, 'all messages')
    expect([...reading.bodies].sort()).toEqual(numbered('m', 30).sort())
    expect(new Set(reading.host.batches.map(({ source }) => source.id))).toEqual(
      new Set([0, 1, 2].map((number) => `event_hubs:${topic}/${number}`)),
    )
    expect(reading.host.events.filter((event) => event.startsWith('opened'))).toHaveLength(3)
    // A partition after the other, each in its order.
    for (const { records, position } of reading.host.batches)
      expect(Number(position)).toBe(Math.floor(Number(String(records.at(-1)?.body).slice(1)) / 3) + 1)
    expect(await committed(broker(), group_id, topic)).toEqual(['-1', '-1', '-1'])
    await reading.receiver.stop()
    reading.acknowledge()
    await reading.receiver.close?.()
    expect(await committed(broker(), group_id, topic)).toEqual(['10', '10', '10'])
  })

  it('goes on where it was committed, with nothing twice and nothing left out', async () => {
    const topic = await topicWith(10)
    const config = inPlain(broker(), [topic], { group_id: freshName('group') })
    const first = await startReading(config, { safe: true })
    await until(() => first.bodies.length === 10, 'the first messages')
    await first.stop()
    await produce(broker(), topic, [{ value: 'later' }])
    const second = await startReading(config, { safe: true })
    await until(() => second.bodies.length === 1, 'the message after')
    expect(second.bodies).toEqual(['later'])
    await second.stop()
  })

  it('commits while it reads, and at most about once a second', async () => {
    const topic = await topicWith(10)
    const group_id = freshName('group')
    const reading = await startReading(inPlain(broker(), [topic], { group_id }), { safe: true })
    await until(async () => (await committed(broker(), group_id, topic))[0] === '10', 'the commit')
    await reading.stop()
  })

  it('names its group after the pipelines behind it, and says so', async () => {
    const topic = await topicWith(1)
    const pipeline = freshName('logs/azure')
    const reading = await startReading(inPlain(broker(), [topic]), { pipelines: [pipeline], safe: true })
    await until(() => reading.bodies.length === 1, 'the message')
    await reading.stop()
    const group = `lacuna-${pipeline.replace('/', '-')}`
    expect(reading.log[0]).toContain(`consumer group ${group}`)
    expect(await committed(broker(), group, topic)).toEqual(['1'])
  })

  it('shares a group with a receiver of another topic, and each reads all of its own', async () => {
    const [one, two] = [await topicWith(8, 4), await topicWith(8, 4)]
    const more = { group_id: freshName('group') }
    const first = await startReading(inPlain(broker(), [one], more), { id: 'event_hubs/one', safe: true })
    const second = await startReading(inPlain(broker(), [two], more), { id: 'event_hubs/two', safe: true })
    await until(() => first.bodies.length === 8 && second.bodies.length === 8, 'all messages of both')
    await Promise.all([first.stop(), second.stop()])
  })

  describe('a group that has committed nothing begins', () => {
    it('at the end, and keeps that place over a restart', async () => {
      const topic = await topicWith(5)
      const config = inPlain(broker(), [topic], { group_id: freshName('group'), start_at: 'latest' })
      const first = await startReading(config)
      await until(
        async () => (await committed(broker(), config.group_id ?? '', topic))[0] === '5',
        'the place',
      )
      await first.stop()
      await produce(broker(), topic, [{ value: 'while away' }])
      const second = await startReading(config)
      await until(() => second.bodies.length > 0, 'the message')
      expect(second.bodies).toEqual(['while away'])
      await second.stop()
    })

    it('at a time', async () => {
      const topic = await topicWith(10, 1, 60_000)
      const start_at = new Date(Date.now() - 3.5 * 60_000).toISOString()
      const reading = await startReading(
        inPlain(broker(), [topic], { group_id: freshName('group'), start_at }),
      )
      await until(() => reading.bodies.length >= 3, 'the messages since')
      expect(reading.bodies).toEqual(['m7', 'm8', 'm9'])
      await reading.stop()
    })
  })

  describe('a newly assigned partition', () => {
    async function committedAt(topic: string, group_id: string, stopAfter: number): Promise<void> {
      const reading = await startReading(inPlain(broker(), [topic], { group_id }))
      await until(() => reading.bodies.length >= stopAfter, 'the first messages')
      await reading.receiver.stop()
      const [source] = reading.host.batches.map((batch) => batch.source)
      if (source !== undefined) reading.receiver.safe?.(source, String(stopAfter))
      await reading.receiver.close?.()
      expect(await committed(broker(), group_id, topic)).toEqual([String(stopAfter)])
    }

    it('is read again from one lookback before its committed position, marked as replay', async () => {
      const topic = await topicWith(20, 1, 60_000)
      const group_id = freshName('group')
      await committedAt(topic, group_id, 15)
      const reading = await startReading(inPlain(broker(), [topic], { group_id }), { lookback: 4 * 60_000 })
      await until(() => reading.bodies.includes('m19'), 'the last message')
      const replayed = ['m10', 'm11', 'm12', 'm13', 'm14'].map((body) => `replay:${body}`)
      expect(reading.bodies).toEqual([...replayed, 'm15', 'm16', 'm17', 'm18', 'm19'])
      await reading.stop()
      // What was replayed moves nothing back.
      expect(await committed(broker(), group_id, topic)).toEqual(['15'])
    })

    it('is read from its committed position with rewind: none, and further back with a duration', async () => {
      const topic = await topicWith(20, 1, 60_000)
      const group_id = freshName('group')
      await committedAt(topic, group_id, 18)
      const lookback = 3_600_000
      const none = await startReading(inPlain(broker(), [topic], { group_id, rewind: 'none' }), {
        lookback,
      })
      await until(() => none.bodies.includes('m19'), 'the last message')
      expect(none.bodies).toEqual(['m18', 'm19'])
      await none.stop()
      const own = await startReading(inPlain(broker(), [topic], { group_id, rewind: '1m' }), { lookback })
      await until(() => own.bodies.includes('m19'), 'the last message')
      expect(own.bodies).toEqual(['replay:m16', 'replay:m17', 'm18', 'm19'])
      await own.stop()
    })

    it('is rewound also when the group was at its end', async () => {
      const topic = await topicWith(10, 1, 60_000)
      const group_id = freshName('group')
      await committedAt(topic, group_id, 10)
      const reading = await startReading(inPlain(broker(), [topic], { group_id }), { lookback: 60_000 })
      await until(() => reading.bodies.length >= 2, 'the replay')
      expect(reading.bodies).toEqual(['replay:m8', 'replay:m9'])
      await produce(broker(), topic, [{ value: 'new' }])
      await until(() => reading.bodies.includes('new'), 'the new message')
      await reading.stop()
    })

    it('goes on at what is left when its committed position has expired, and says how much is gone', async () => {
      const topic = await topicWith(10)
      const group_id = freshName('group')
      await committedAt(topic, group_id, 3)
      await expire(topic, '7')
      const reading = await startReading(inPlain(broker(), [topic], { group_id }), { lookback: 1000 })
      await until(() => reading.bodies.includes('m9'), 'the last message')
      expect(reading.bodies).toEqual(['m7', 'm8', 'm9'])
      expect(reading.host.ledger.notes.expired).toBe(4)
      expect(reading.log.join('\n')).toContain('the 4 messages behind the committed position are gone')
      await reading.stop()
    })
  })

  it('goes on at the earliest that is there when messages expire under its hands', async () => {
    const topic = await topicWith(4)
    const group_id = freshName('group')
    const gate = Promise.withResolvers<void>()
    let fetched = false
    const reading = await startReading(inPlain(broker(), [topic], { group_id }), {
      consume() {
        fetched = true
        return gate.promise
      },
    })
    await until(() => fetched, 'the first fetch')
    // While the pipelines hold the first fetch, what comes behind it is written and expires.
    await produce(
      broker(),
      topic,
      numbered('gone', 4).map((value) => ({ value })),
    )
    await expire(topic, '8')
    gate.resolve()
    await until(() => reading.log.some((line) => line.includes('are gone')), 'the warning')
    await produce(broker(), topic, [{ value: 'after' }])
    await until(() => reading.bodies.includes('after'), 'what came after')
    expect(reading.bodies).not.toContain('gone0')
    expect(reading.host.ledger.notes.out_of_range).toBe(1)
    await reading.stop()
  })

  describe('keeps to the contract of receivers: it', () => {
    const checks = receiverConformance({
      factory: {
        apiVersion: 1,
        kind: 'receiver',
        type: 'event_hubs',
        description: 'Reads a topic in the suite.',
        config: schema,
        create: () => {
          throw new Error('made by the suite')
        },
      },
      create: (config, host) =>
        // The suite's clock runs a thousand times as fast as the broker.
        eventHubsReceiver(config as never, host, { silence: Number.MAX_SAFE_INTEGER, idleWait: 500 }),
      async input() {
        const topic = freshName('conformance')
        await createTopic(broker(), topic, 2)
        const messages = numbered('m', 1200).map((value, at) => ({ value, partition: at % 2 }))
        await produce(broker(), topic, messages)
        return {
          config: { brokers: [broker().plain], tls: false, topics: [topic], group_id: freshName('group') },
          records: messages.length,
        }
      },
      broken: {
        brokers: ['localhost:1'],
        tls: { ca_file: '/no/such/file' },
        topics: ['t'],
      },
    })
    it.each(checks.map((check): [string, Check] => [check.name, check]))(
      '%s',
      (_, check) => check.run(),
      30_000,
    )
  })

  async function expire(topic: string, offset: string): Promise<void> {
    const admin = broker().client.admin()
    await admin.connect()
    // Right after the topic was made the leader may not be known yet.
    await admin.fetchTopicMetadata({ topics: [topic] })
    await until(
      () =>
        admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset }] }).then(
          () => true,
          () => false,
        ),
      'the deletion',
    )
    await admin.disconnect()
  }
})
