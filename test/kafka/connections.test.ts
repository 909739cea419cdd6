import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Message } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { config as schema } from '../../packages/receivers/event-hubs/src/config.ts'
import { describeKafka } from './describe-kafka.ts'
import { inPlain, makeReading, overTls, startReading, until } from './reading.fixture.ts'
import { SCRAM_USER } from './server-properties.ts'
import { createTopic, freshName, produce } from './topics.ts'

describeKafka('a connection to a real Kafka', (broker) => {
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
})
