import { manualClock, testReceiverHost } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import { config as schema } from './config.ts'
import { eventHubsReceiver } from './event-hubs-receiver.ts'
import { fakeKafka } from './fake-kafka.fixture.ts'

/** Lets all promises that can settle do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

function made(...connectErrors: unknown[]) {
  const fake = fakeKafka()
  fake.connectErrors.push(...connectErrors)
  const clock = manualClock()
  const host = testReceiverHost({ id: 'event_hubs', clock })
  const config = schema.parse({ brokers: ['localhost:9092'], tls: false, topics: ['t'], group_id: 'g' })
  return { fake, clock, host, receiver: eventHubsReceiver(config, host, { makeClient: fake.makeClient }) }
}

const away = Object.assign(new Error('connect ECONNREFUSED'), {
  name: 'KafkaJSConnectionError',
  code: 'ECONNREFUSED',
})

describe('the health of the receiver', () => {
  it('is ok once it has joined, in trouble while the consumer is replaced, and ok behind that', async () => {
    const { fake, clock, host, receiver } = made()
    await receiver.start()
    expect(host.healthReports).toEqual(['ok'])
    fake.consumers.at(-1)?.emit('crash', { error: new TypeError('of the library'), restart: false })
    await settle()
    expect(host.healthReports.at(-1)).toBe('trouble: reading from localhost:9092 failed: of the library')
    clock.advance(1000)
    await settle()
    expect(host.healthReports.at(-1)).toBe('ok')
    expect(host.healthReports).toHaveLength(3)
  })

  it('is trouble before the start has resolved when the broker is away from the beginning', async () => {
    const { host, receiver } = made(away)
    let before: readonly string[] = []
    const starting = Promise.resolve(receiver.start()).then(() => {
      before = [...host.healthReports]
    })
    await starting
    expect(before).toEqual([expect.stringMatching(/^trouble: localhost:9092 cannot be reached .*firewall/)])
  })

  it('hears what kafkajs tries again by itself, until a fetch comes back', async () => {
    const { fake, host, receiver } = made()
    await receiver.start()
    const log = fake.configs.at(-1)?.logCreator?.(1)
    const entry = { timestamp: '', message: 'Connection error: read ECONNRESET' }
    log?.({ namespace: 'Connection', level: 1, label: 'ERROR', log: entry } as never)
    expect(host.healthReports.at(-1)).toBe(
      'trouble: localhost:9092: Connection error: read ECONNRESET; trying again',
    )
    fake.consumers.at(-1)?.emit('fetch', { duration: 500 })
    expect(host.healthReports.at(-1)).toBe('ok')
  })
})
