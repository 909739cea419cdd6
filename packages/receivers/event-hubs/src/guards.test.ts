import { manualClock, testReceiverHost } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import { config as schema } from './config.ts'
import { eventHubsReceiver } from './event-hubs-receiver.ts'
import { type FakeConsumer, type FakeKafka, fakeKafka, messagesFrom } from './fake-kafka.fixture.ts'

/** Lets all promises that can settle do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

async function started(
  more: {
    lookback?: number
    config?: object
    consume?: () => Promise<void>
    positions?: ReadonlyMap<string, string>
    committed?: ReadonlyMap<number, string>
  } = {},
) {
  const fake = fakeKafka()
  for (const [partition, offset] of more.committed ?? []) fake.committed.set(partition, offset)
  const clock = manualClock()
  const log: string[] = []
  const say = (level: string) => (_: object, message: string) => void log.push(`${level} ${message}`)
  const logger = { debug: () => {}, info: say('info'), warn: say('warn'), error: say('error') }
  const base = testReceiverHost({
    id: 'event_hubs',
    clock,
    lookback: more.lookback ?? 0,
    ...(more.positions === undefined ? {} : { positions: more.positions }),
    ...(more.consume === undefined ? {} : { consume: more.consume }),
  })
  const host = Object.assign(base, { logger })
  const config = schema.parse({ brokers: ['localhost:9092'], tls: false, topics: ['t'], ...more.config })
  const receiver = eventHubsReceiver(config, host, { makeClient: fake.makeClient })
  const starting = receiver.start()
  await settle()
  return { fake, clock, log, host, receiver, starting }
}

function last(fake: FakeKafka): FakeConsumer {
  const consumer = fake.consumers.at(-1)
  if (consumer === undefined) throw new Error('no consumer has been made')
  return consumer
}

const bodies = (host: { records: readonly { body?: unknown }[] }) => host.records.map(({ body }) => body)

describe('a consumer', () => {
  it('is made with the timeouts that Event Hubs wants, and with every retry field', async () => {
    const { fake } = await started()
    const config = fake.configs.at(-1)
    expect(config).toMatchObject({ requestTimeout: 60_000, enforceRequestTimeout: true })
    expect(config?.connectionTimeout).toBeGreaterThanOrEqual(10_000)
    for (const { retry } of fake.configs)
      for (const field of ['initialRetryTime', 'maxRetryTime', 'retries', 'factor', 'multiplier'] as const)
        expect(retry?.[field]).toBeTypeOf('number')
    expect(last(fake).config).toMatchObject({
      groupId: 'lacuna-logs',
      sessionTimeout: 30_000,
      heartbeatInterval: 3000,
      metadataMaxAge: 180_000,
      allowAutoTopicCreation: false,
    })
    expect(last(fake).subscription).toEqual({ topics: ['t'], fromBeginning: true })
    expect(last(fake).runConfig).toMatchObject({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 4,
    })
  })

  it.each([
    new SyntaxError('of the library'),
    new RangeError('of the library'),
    Object.assign(new Error('UNKNOWN of Event Hubs'), {
      name: 'KafkaJSProtocolError',
      code: -1,
      retriable: false,
    }),
    Object.assign(new Error('no error of its own'), { name: 'KafkaJSNonRetriableError' }),
  ])('that ends for good by $name is replaced', async (error) => {
    const { fake, clock } = await started()
    last(fake).emit('crash', { error, restart: false })
    await settle()
    clock.advance(1000)
    await settle()
    expect(fake.consumers).toHaveLength(2)
    expect(fake.consumers[0]?.calls).toContain('disconnect')
  })

  it('that ends for good is replaced, and reading goes on behind what was handed on', async () => {
    const { fake, clock, log, host } = await started()
    last(fake).join([0])
    await settle()
    expect(await last(fake).fetch(0, messagesFrom(0, 3))).toEqual(['2'])
    last(fake).emit('crash', { error: new TypeError('of the library'), restart: false })
    await settle()
    expect(log.at(-1)).toMatch(
      /^warn reading from localhost:9092 failed: of the library; trying again in 1 s$/,
    )
    clock.advance(1000)
    await settle()
    expect(fake.consumers).toHaveLength(2)
    last(fake).join([0], 'another id')
    await settle()
    expect(last(fake).calls).toEqual(['pause 0', 'seek 0 3', 'resume 0'])
    await last(fake).fetch(0, messagesFrom(2, 3))
    expect(bodies(host)).toEqual(['0', '1', '2', '3', '4'])
    expect(host.events).toEqual(['opened event_hubs:t/0'])
  })

  it('never sees an error come out of the handler', async () => {
    const { fake } = await started()
    last(fake).join([0])
    await settle()
    fake.resolveError = new TypeError('resolvedOffsets[topic] is undefined')
    await expect(last(fake).fetch(0, messagesFrom(0, 1))).resolves.toEqual([])
  })

  it('of which nothing is heard for too long is replaced', async () => {
    const { fake, clock, log } = await started()
    last(fake).join([0])
    await settle()
    for (let minute = 0; minute < 5; minute++) {
      clock.advance(60_000)
      last(fake).emit('fetch', { duration: 500 })
    }
    expect(fake.consumers).toHaveLength(1)
    clock.advance(120_000)
    await settle()
    expect(log.at(-1)).toContain('nothing was heard of the consumer for')
    clock.advance(1000)
    await settle()
    expect(fake.consumers).toHaveLength(2)
    expect(fake.consumers[0]?.calls).toContain('disconnect')
  })

  it('is held for a second when fetches come back at once and empty, as throttled ones do', async () => {
    const { fake, clock } = await started()
    last(fake).join([0])
    await settle()
    const { calls } = last(fake)
    calls.length = 0
    for (let at = 0; at < 20; at++) last(fake).emit('fetch', { duration: 1 })
    expect(calls).toEqual(['pause 0'])
    clock.advance(1000)
    expect(calls).toEqual(['pause 0', 'resume 0'])
  })

  it('is released after such a hold also where something was being handed on when it ended', async () => {
    const gate = Promise.withResolvers<void>()
    const { fake, clock } = await started({ consume: () => gate.promise })
    last(fake).join([0])
    await settle()
    const { calls } = last(fake)
    const fetched = last(fake).fetch(0, messagesFrom(0, 2))
    await settle()
    calls.length = 0
    for (let at = 0; at < 20; at++) last(fake).emit('fetch', { duration: 1 })
    clock.advance(1000)
    await settle()
    expect(calls).toEqual(['pause 0'])
    gate.resolve()
    expect(await fetched).toEqual(['1'])
    expect(calls).toEqual(['pause 0', 'resume 0'])
  })

  it('is not held when fetches are quick because there is much, or slow because there is nothing', async () => {
    const { fake } = await started()
    last(fake).join([0])
    await settle()
    const { calls } = last(fake)
    calls.length = 0
    for (let at = 0; at < 20; at++) {
      last(fake).emit('fetch', { duration: 1 })
      await last(fake).fetch(0, messagesFrom(at, 1))
    }
    for (let at = 0; at < 20; at++) last(fake).emit('fetch', { duration: 500 })
    expect(calls).toEqual([])
  })
})

describe('a slow pipeline', () => {
  it('has its partition paused, so that the handler returns and the heartbeat goes on', async () => {
    const gate = Promise.withResolvers<void>()
    const { fake, clock, host } = await started({ consume: () => gate.promise })
    last(fake).join([0])
    await settle()
    const { calls } = last(fake)
    calls.length = 0
    const fetched = last(fake).fetch(0, messagesFrom(0, 2))
    await settle()
    clock.advance(2000)
    expect(await fetched).toEqual([])
    expect(calls).toEqual(['pause 0'])
    gate.resolve()
    await settle()
    expect(calls).toEqual(['pause 0', 'seek 0 2', 'resume 0'])
    expect(bodies(host)).toEqual(['0', '1'])
  })

  it('keeps its place over a rebalance', async () => {
    const gate = Promise.withResolvers<void>()
    const { fake, clock, host } = await started({ consume: () => gate.promise })
    last(fake).join([0])
    await settle()
    const fetched = last(fake).fetch(0, messagesFrom(0, 2))
    await settle()
    clock.advance(2000)
    await fetched
    const { calls } = last(fake)
    calls.length = 0
    last(fake).join([0, 1])
    await settle()
    expect(calls).toEqual(['pause 0', 'pause 1', 'seek 1 0', 'resume 1'])
    gate.resolve()
    await settle()
    expect(calls.slice(4)).toEqual(['seek 0 2', 'resume 0'])
    expect(bodies(host)).toEqual(['0', '1'])
  })
})

describe('at a rebalance', () => {
  it('a partition that is kept goes on where it was, before anything can be fetched', async () => {
    const { fake, host } = await started({ lookback: 60_000 })
    fake.committed.set(0, '5')
    last(fake).join([0, 1])
    await settle()
    await last(fake).fetch(1, messagesFrom(0, 7))
    const { calls } = last(fake)
    calls.length = 0
    last(fake).join([1])
    // Synchronously: no turn of the event loop has passed.
    expect(calls).toEqual(['pause 1', 'seek 1 7', 'resume 1'])
    await settle()
    expect(host.events).toEqual(['opened event_hubs:t/1'])
  })

  it('a partition that is lost is closed once what is under way is over, and told from a new life', async () => {
    const gate = Promise.withResolvers<void>()
    const { fake, clock, host, receiver } = await started({ consume: () => gate.promise })
    last(fake).join([0])
    await settle()
    const fetched = last(fake).fetch(0, messagesFrom(0, 2))
    await settle()
    last(fake).join([])
    last(fake).join([0])
    await settle()
    expect(host.events).toEqual(['opened event_hubs:t/0'])
    gate.resolve()
    await fetched
    await settle()
    expect(host.events).toEqual([
      'opened event_hubs:t/0',
      'closed event_hubs:t/0 lost',
      'opened event_hubs:t/0',
    ])
    const [batch] = host.batches
    if (batch?.position !== undefined) receiver.safe?.(batch.source, batch.position)
    clock.advance(5000)
    await settle()
    expect(last(fake).calls.filter((call) => call.startsWith('commit'))).toEqual([])
  })

  it('a partition that another instance has read on meanwhile is taken up anew', async () => {
    const { fake, clock, host } = await started()
    last(fake).join([0])
    await settle()
    await last(fake).fetch(0, messagesFrom(0, 3))
    last(fake).emit('crash', { error: new Error('gone'), restart: false })
    await settle()
    clock.advance(1000)
    await settle()
    fake.committed.set(0, '40')
    last(fake).join([0], 'another id')
    await settle()
    expect(last(fake).calls.at(-2)).toBe('seek 0 40')
    expect(host.events).toEqual([
      'opened event_hubs:t/0',
      'closed event_hubs:t/0 lost',
      'opened event_hubs:t/0',
    ])
  })

  it('a new partition is looked up in the order pause, look at one message, go back, read', async () => {
    const { fake, host } = await started({ lookback: 30_000 })
    fake.committed.set(0, '100')
    fake.byTime = (millis) => String(millis / 1000)
    last(fake).join([0])
    await settle()
    const { calls } = last(fake)
    expect(calls).toEqual(['pause 0', 'seek 0 99', 'resume 0'])
    expect(await last(fake).fetch(0, messagesFrom(99, 5))).toEqual([])
    await settle()
    expect(calls.slice(3)).toEqual(['pause 0', 'seek 0 69', 'resume 0'])
    await last(fake).fetch(0, messagesFrom(69, 40))
    expect(host.batches.map(({ replay, position, records }) => [replay, position, records.length])).toEqual([
      [true, '100', 31],
      [undefined, '109', 9],
    ])
  })

  it('an answer for an assignment that is over changes nothing', async () => {
    const { fake } = await started()
    const consumer = last(fake)
    consumer.join([0])
    consumer.join([0])
    await settle()
    expect(consumer.calls).toEqual(['pause 0', 'pause 0', 'seek 0 0', 'resume 0'])
  })
})

describe('positions', () => {
  it('are committed at most once a second, and never backward', async () => {
    const { fake, clock, host, receiver } = await started()
    last(fake).join([0])
    await settle()
    for (let at = 0; at < 6; at++) {
      await last(fake).fetch(0, messagesFrom(at, 1))
      const batch = host.batches.at(-1)
      if (batch?.position !== undefined) receiver.safe?.(batch.source, batch.position)
      clock.advance(250)
      await settle()
    }
    const [first] = host.batches
    if (first?.position !== undefined) receiver.safe?.(first.source, first.position)
    clock.advance(5000)
    await settle()
    expect(last(fake).calls.filter((call) => call.startsWith('commit'))).toEqual([
      'commit 0 1',
      'commit 0 5',
      'commit 0 6',
    ])
  })

  it('are committed at the close, after safe has come behind the stop', async () => {
    const { fake, host, receiver } = await started()
    last(fake).join([0])
    await settle()
    await last(fake).fetch(0, messagesFrom(0, 4))
    await receiver.stop()
    expect(last(fake).calls).not.toContain('disconnect')
    const [batch] = host.batches
    if (batch?.position !== undefined) receiver.safe?.(batch.source, batch.position)
    await receiver.close?.()
    expect(last(fake).calls.slice(-2)).toEqual(['commit 0 4', 'disconnect'])
  })
})

describe('the start', () => {
  const refused = Object.assign(new Error('SASL PLAIN authentication failed'), {
    name: 'KafkaJSSASLAuthenticationError',
  })

  it('is given up when credentials are refused for startup_timeout', async () => {
    const fake = fakeKafka()
    fake.connectErrors.push(...Array.from({ length: 100 }, () => refused))
    const clock = manualClock()
    const host = testReceiverHost({ id: 'event_hubs', clock })
    const config = schema.parse({
      brokers: ['localhost:9092'],
      tls: false,
      topics: ['t'],
      startup_timeout: '10s',
    })
    const receiver = eventHubsReceiver(config, host, { makeClient: fake.makeClient })
    let outcome: unknown
    Promise.resolve(receiver.start()).catch((error: unknown) => {
      outcome = error
    })
    for (let second = 0; second < 7; second++) {
      await settle()
      clock.advance(1000)
    }
    await settle()
    expect(outcome).toBeUndefined()
    for (let second = 0; second < 10; second++) {
      clock.advance(1000)
      await settle()
    }
    expect(outcome).toMatchObject({ code: 'credentials', component: 'event_hubs' })
  })

  it('goes on when they are taken in the end', async () => {
    const fake = fakeKafka()
    fake.connectErrors.push(refused)
    const clock = manualClock()
    const config = schema.parse({ brokers: ['localhost:9092'], tls: false, topics: ['t'] })
    const receiver = eventHubsReceiver(config, testReceiverHost({ clock }), { makeClient: fake.makeClient })
    const starting = receiver.start()
    await settle()
    clock.advance(1000)
    await starting
    expect(fake.consumers).toHaveLength(1)
  })

  it('ends with a stop', async () => {
    const fake = fakeKafka()
    fake.connectErrors.push(refused)
    const config = schema.parse({ brokers: ['localhost:9092'], tls: false, topics: ['t'] })
    const receiver = eventHubsReceiver(config, testReceiverHost(), { makeClient: fake.makeClient })
    const starting = receiver.start()
    await settle()
    await receiver.stop()
    await starting
    await receiver.close?.()
    expect(fake.consumers).toHaveLength(0)
  })

  it('tries again when the credentials go bad while it runs', async () => {
    const { fake, clock, log } = await started({ config: { startup_timeout: '0s' } })
    fake.connectErrors.push(refused, refused)
    last(fake).emit('crash', { error: refused, restart: false })
    await settle()
    for (let at = 0; at < 8; at++) {
      clock.advance(1000)
      await settle()
    }
    expect(log.filter((line) => line.includes('refused the credentials'))).toHaveLength(3)
    expect(fake.consumers).toHaveLength(2)
  })
})

describe('with a checkpoint', () => {
  const positions = new Map([
    ['event_hubs:t/0', '20'],
    ['event_hubs:t/1', '30'],
    ['event_hubs:t/2', '40'],
  ])
  const committed = new Map([
    [0, '15'],
    [1, '35'],
    [2, '40'],
  ])

  it('a partition goes on where its state stands, reading nothing again, and is not replayed', async () => {
    const { fake, host } = await started({ lookback: 3_600_000, positions, committed })
    last(fake).join([0, 1, 2])
    await settle()
    expect(last(fake).calls).toContain('seek 0 20')
    await last(fake).fetch(0, messagesFrom(20, 2))
    await settle()
    expect(host.batches.map(({ replay, position }) => [replay, position])).toEqual([[undefined, '22']])
  })

  it('the state of one that another instance has read on is dropped before it is rebuilt', async () => {
    const { fake, host } = await started({ lookback: 3_600_000, positions, committed })
    last(fake).join([0, 1, 2])
    await settle()
    // The message before the committed one is looked at for its time.
    expect(last(fake).calls).toContain('seek 1 34')
    expect(host.events.slice(0, 2)).not.toContain('closed event_hubs:t/0 lost')
    expect(host.events).toContain('closed event_hubs:t/1 lost')
  })

  it('the state of one that another instance has now is dropped', async () => {
    const { fake, host } = await started({ lookback: 3_600_000, positions, committed })
    last(fake).join([0])
    await settle()
    expect(host.events).toEqual([
      'opened event_hubs:t/1',
      'closed event_hubs:t/1 lost',
      'opened event_hubs:t/2',
      'closed event_hubs:t/2 lost',
      'opened event_hubs:t/0',
    ])
  })

  it('a saved position is for the first time only: after it was lost a partition is a new one', async () => {
    const { fake } = await started({ lookback: 3_600_000, positions, committed })
    last(fake).join([0])
    await settle()
    last(fake).join([])
    await settle()
    last(fake).join([0])
    await settle()
    expect(last(fake).calls.filter((call) => call.startsWith('seek 0'))).toEqual(['seek 0 20', 'seek 0 14'])
  })
})
