import type { Message } from 'kafkajs'
import { expect, it } from 'vitest'
import { describeKafka } from './describe-kafka.ts'
import { inPlain, numbered, type Reading, startReading, until } from './reading.fixture.ts'
import { createTopic, freshName, produce } from './topics.ts'

describeKafka('messages of a real Kafka', (broker) => {
  const group = () => ({ group_id: freshName('group') })

  async function topicOf(
    messages: readonly Message[],
    settings: Record<string, string> = {},
  ): Promise<string> {
    const topic = freshName('messages')
    await createTopic(broker(), topic, 1, settings)
    await produce(broker(), topic, messages)
    return topic
  }

  async function readUntil(topic: string, last: string, more: object = {}): Promise<Reading> {
    const reading = await startReading(inPlain(broker(), [topic], { ...group(), ...more }))
    await until(() => reading.bodies.includes(last), `the message ${last}`)
    await reading.stop()
    return reading
  }

  it('passes over tombstones and empty messages, replaces what is no UTF-8, and counts each', async () => {
    const topic = await topicOf([
      { key: 'gone', value: null },
      { value: '' },
      { value: Buffer.from([0x61, 0xff, 0x62]) },
      { value: 'ein Zeichen \ufffd, das so dastand' },
      { value: '{"poison": ' },
      { value: 'last' },
    ])
    const reading = await readUntil(topic, 'last')
    expect(reading.bodies).toEqual(['a\ufffdb', 'ein Zeichen \ufffd, das so dastand', '{"poison": ', 'last'])
    expect(reading.host.ledger.notes).toEqual({ tombstone: 1, empty_message: 1, invalid_utf8: 1 })
  })

  it('commits what is behind the last record, too, once all before is safe', async () => {
    const topic = await topicOf([{ value: 'one' }, { key: 'k', value: null }, { key: 'k', value: null }])
    const reading = await startReading(inPlain(broker(), [topic], group()), { safe: true })
    await until(() => reading.host.ledger.notes.tombstone === 2, 'the tombstones')
    await reading.stop()
    expect(reading.receiver.gauges?.()).toEqual({ partitions: 1, lag_messages: 0 })
  })

  it('reads messages of a megabyte and more', async () => {
    const values = ['a', 'b', 'c'].map((letter) => letter.repeat(1_500_000))
    const topic = await topicOf([], { 'max.message.bytes': '4000000' })
    for (const value of [...values, 'last']) await produce(broker(), topic, [{ value }])
    const reading = await readUntil(topic, 'last')
    expect(reading.bodies.map((body) => body.length)).toEqual([1_500_000, 1_500_000, 1_500_000, 4])
  })

  it.each(['gzip', 'zstd'])('reads %s', async (compression) => {
    const topic = await topicOf(
      [...numbered('text of a message ', 100), 'last'].map((value) => ({ value })),
      { 'compression.type': compression },
    )
    const reading = await readUntil(topic, 'last')
    expect(reading.bodies).toHaveLength(101)
  })

  it.each(['snappy', 'lz4'])(
    'passes over what is compressed with %s, counts it and goes on',
    async (compression) => {
      const topic = await topicOf(
        numbered('x', 3).map((value) => ({ value })),
        { 'compression.type': compression },
      )
      const other = await topicOf([{ value: 'readable' }])
      const reading = await startReading(inPlain(broker(), [topic, other], group()))
      await until(
        () => reading.host.ledger.notes.unreadable_message === 3,
        'the messages that cannot be read',
      )
      await until(() => reading.bodies.includes('readable'), 'the message that can')
      const admin = broker().client.admin()
      await admin.connect()
      await admin.alterConfigs({
        validateOnly: false,
        resources: [{ type: 2, name: topic, configEntries: [{ name: 'compression.type', value: 'gzip' }] }],
      })
      await admin.disconnect()
      await produce(broker(), topic, [{ value: 'after' }])
      await until(() => reading.bodies.includes('after'), 'the message behind')
      expect(reading.bodies.sort()).toEqual(['after', 'readable'])
      expect(reading.log.join('\n')).toContain('3 messages could not be decompressed')
      await reading.stop()
    },
  )

  it('adds where a message came from on request, with the headers that AMQP encoded', async () => {
    const text = Buffer.from([0xa1, 3, ...Buffer.from('abc')])
    const topic = await topicOf([
      {
        key: 'k1',
        value: 'last',
        headers: { plain: 'text', amqp: text, twice: ['a', 'b'], raw: Buffer.from([0xff]) },
      },
    ])
    const reading = await readUntil(topic, 'last', { include_metadata: true })
    expect(reading.host.records[0]?.attributes).toEqual({
      'messaging.system': 'kafka',
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': '0',
      'messaging.kafka.offset': 0,
      'messaging.kafka.message.key': 'k1',
      'kafka.header.plain': 'text',
      'kafka.header.amqp': 'abc',
      'kafka.header.twice': ['a', 'b'],
      'kafka.header.raw': Uint8Array.of(0xff),
    })
    const without = await readUntil(topic, 'last')
    expect(without.host.records[0]?.hasAttributes).toBe(false)
  })
})
