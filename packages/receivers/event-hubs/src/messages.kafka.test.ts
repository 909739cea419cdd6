import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Check, receiverConformance } from '@lacuna/sdk/testing'
import type { Message } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { describeKafka } from '../../../../test/kafka/describe-kafka.ts'
import { SCRAM_USER } from '../../../../test/kafka/server-properties.ts'
import { createTopic, freshName, produce } from '../../../../test/kafka/topics.ts'
import { config as schema } from './config.ts'
import { eventHubsReceiver } from './event-hubs-receiver.ts'
import {
  inPlain,
  makeReading,
  numbered,
  overTls,
  type Reading,
  startReading,
  until,
} from './reading.fixture.ts'

describeKafka('messages and connections', (broker) => {
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

  describe('logs in', () => {
    /** A token as the broker of the tests takes it: unsigned. */
    const token = () => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const now = Date.now() / 1000
      return `${part({ alg: 'none' })}.${part({ sub: 'lacuna', iat: now, exp: now + 3600 })}.`
    }
    const withSasl = (topic: string, sasl: object) =>
      schema.parse({
        brokers: [broker().sasl],
        tls: { ca_file: broker().caFile },
        sasl,
        topics: [topic],
        ...group(),
      })

    it.each(['scram-sha-256', 'scram-sha-512'])('with %s', async (mechanism) => {
      const topic = await topicOf([{ value: 'last' }])
      const reading = await startReading(withSasl(topic, { mechanism, ...SCRAM_USER }))
      await until(() => reading.bodies.length === 1, 'the message')
      await reading.stop()
    })

    it('with a token that client credentials get', async () => {
      const asked: string[] = []
      const server = createServer((request, response) => {
        request.setEncoding('utf8').on('data', (text) => asked.push(text))
        request.on('end', () => response.end(JSON.stringify({ access_token: token() })))
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      const topic = await topicOf([{ value: 'last' }])
      const reading = await startReading(
        withSasl(topic, {
          mechanism: 'oauthbearer',
          token_url: `http://127.0.0.1:${port}/token`,
          client_id: 'me',
          client_secret: 's3cret',
          scope: 'https://ns.servicebus.windows.net/.default',
        }),
      )
      await until(() => reading.bodies.length === 1, 'the message')
      await reading.stop()
      server.close()
      expect(Object.fromEntries(new URLSearchParams(asked[0]))).toEqual({
        grant_type: 'client_credentials',
        client_id: 'me',
        client_secret: 's3cret',
        scope: 'https://ns.servicebus.windows.net/.default',
      })
    })
  })

  describe('tells in one sentence', () => {
    /** Starts a receiver that cannot connect, and gives what it warned of first. */
    async function warningOf(config: object): Promise<string> {
      const reading = await startReading(schema.parse({ ...group(), topics: ['t'], ...config }))
      await reading.stop()
      return reading.log.find((line) => line.startsWith('warn')) ?? ''
    }

    it('wrong credentials, and gives up after startup_timeout, without showing them', async () => {
      const key = 'bm90IHRoZSByaWdodCBrZXkgYXQgYWxsIDEyMzQ1Njc='
      const reading = makeReading(
        overTls(broker(), ['t'], {
          ...group(),
          startup_timeout: '0s',
          connection_string: `Endpoint=sb://localhost/;SharedAccessKeyName=listen;SharedAccessKey=${key}`,
        }),
      )
      await expect(reading.receiver.start()).rejects.toMatchObject({
        code: 'credentials',
        component: 'event_hubs',
        message: expect.stringMatching(
          /^event_hubs: localhost:\d+ refused the credentials; check that the key/,
        ),
      })
      await reading.stop()
      expect(reading.log.join('\n')).not.toContain(key)
    })

    it('a topic that is not there, and reads it as soon as it is', async () => {
      const topic = freshName('later')
      const reading = await startReading(inPlain(broker(), [topic], group()))
      expect(reading.log.join('\n')).toContain(`has no topic (event hub) ${topic}`)
      await createTopic(broker(), topic)
      await produce(broker(), topic, [{ value: 'at last' }])
      await until(() => reading.bodies.includes('at last'), 'the message')
      await reading.stop()
    })

    it('a port that nothing listens on', async () => {
      expect(await warningOf({ brokers: ['127.0.0.1:1'], tls: false })).toMatch(
        /127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\); check host and port, and that a firewall/,
      )
    })

    it('a host that is not known', async () => {
      expect(await warningOf({ brokers: ['nowhere.invalid:9093'] })).toContain(
        'the host of nowhere.invalid:9093',
      )
    })

    it('a certificate of an authority that is not known', async () => {
      expect(await warningOf({ brokers: [broker().sasl] })).toMatch(/no TLS connection .* check tls\.ca_file/)
    })

    it('TLS to a port that speaks none, and none to one that does', async () => {
      expect(await warningOf({ brokers: [broker().plain] })).toMatch(/TLS/)
      expect(await warningOf({ brokers: [broker().sasl], tls: false })).toMatch(/whether it wants TLS/)
    })
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
          config: { brokers: [broker().plain], tls: false, topics: [topic], ...group() },
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
})
