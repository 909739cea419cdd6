import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Tuning } from '../../packages/receivers/event-hubs/src/event-hubs-receiver.ts'
import { describeKafka } from './describe-kafka.ts'
import { inPlain, numbered, overTls, type Reading, startReading, until } from './reading.fixture.ts'
import { committed, createTopic, freshName, produce } from './topics.ts'

const PARTITIONS = 4
/** A member that died holds up the group for this long. */
const QUICK = { sessionTimeout: 6000 }

describeKafka('what goes wrong while a real Kafka is read', (broker) => {
  /** Writes numbered messages, a few at a time, to all partitions, until stopped; gives what it wrote. */
  function load(topic: string) {
    const written: string[] = []
    let stopped = false
    const running = (async () => {
      while (!stopped) {
        const values = numbered(`n${written.length}-`, 20)
        try {
          await produce(
            broker(),
            topic,
            values.map((value, at) => ({ value, partition: at % PARTITIONS })),
          )
          written.push(...values)
        } catch {
          // The broker is away; what was not acknowledged does not count.
        }
        await wait(20)
      }
    })()
    return {
      written,
      async stop() {
        stopped = true
        await running
      },
    }
  }

  const live = (readings: readonly Reading[]) =>
    readings.flatMap(({ bodies }) => bodies.filter((body) => !body.startsWith('replay:')))

  it('loses nothing when the broker is killed and comes back', async () => {
    const { reading, write } = await readingOf('killed', QUICK)
    await write('before')
    await broker().kill()
    await until(() => reading.log.some((line) => line.startsWith('warn')), 'the warning')
    await broker().restart()
    await write('after')
    await until(() => logged(reading, 'reading again'), 'the all-clear')
    // The state of the pipelines went on, so nothing may come twice.
    expect(live([reading]).sort()).toEqual([...numbered('after', 20), ...numbered('before', 20)].sort())
    await reading.stop()
  }, 120_000)

  it('hands partitions over between two instances under load, each message read live by one of them', async () => {
    const topic = freshName('shared')
    const group_id = freshName('group')
    await createTopic(broker(), topic, PARTITIONS)
    const producing = load(topic)
    const config = inPlain(broker(), [topic], { group_id })
    const options = { safe: true, lookback: 60_000 }
    const one = await startReading(config, options)
    await until(() => one.bodies.length > 100, 'the first messages')
    const two = await startReading(config, options)
    await until(() => live([two]).length > 50, 'messages of the second')
    // What moved is gone for the first, and rebuilt by the second.
    const lost = one.host.events.filter((event) => event.endsWith(' lost'))
    expect(lost).toHaveLength(PARTITIONS / 2)
    expect(two.bodies.some((body) => body.startsWith('replay:'))).toBe(true)
    for (const event of lost)
      expect(two.host.events).toContain(event.replace(/^closed (.*) lost$/, 'opened $1'))
    await two.stop()
    const handed = one.bodies.length
    await until(() => one.bodies.length > handed + 100, 'messages of the first after')
    await producing.stop()
    const all = new Set(producing.written)
    await until(() => new Set(live([one, two])).size === all.size, 'all messages')
    await one.stop()
    // Partitions that stayed have nothing twice; none has anything else than was written.
    const kept = new Set(lost.map((event) => event.split(' ')[1]))
    for (const [id, batches] of Map.groupBy(one.host.batches, ({ source }) => source.id)) {
      if (kept.has(id)) continue
      const bodies = batches.flatMap(({ records }) => records.map(({ body }) => body))
      expect(new Set(bodies).size).toBe(bodies.length)
    }
    expect([...new Set(live([one, two]))].every((body) => all.has(body))).toBe(true)
  }, 90_000)

  it('stays in the group and reads the other partitions while one is held up for longer than a session', async () => {
    const topic = freshName('held')
    const group_id = freshName('group')
    await createTopic(broker(), topic, 2)
    const gate = Promise.withResolvers<void>()
    const reading = await startReading(inPlain(broker(), [topic], { group_id }), {
      safe: true,
      consume: (batch) => (batch.source.id.endsWith('/0') ? gate.promise : undefined),
      tuning: QUICK,
    })
    const members = await membersOf(group_id)
    expect(members).toHaveLength(1)
    await produce(broker(), topic, [{ value: 'stuck', partition: 0 }])
    const end = performance.now() + QUICK.sessionTimeout * 1.5
    let free = 0
    while (performance.now() < end) {
      const value = `free${free++}`
      await produce(broker(), topic, [{ value, partition: 1 }])
      await until(() => reading.bodies.includes(value), 'the free partition')
      await wait(500)
    }
    expect(reading.bodies).not.toContain('stuck')
    await produce(broker(), topic, [{ value: 'behind', partition: 0 }])
    gate.resolve()
    await until(() => reading.bodies.includes('behind'), 'what was held up')
    expect(reading.bodies.filter((body) => body === 'stuck')).toHaveLength(1)
    expect(await membersOf(group_id)).toEqual(members)
    await reading.stop()
    expect(await committed(broker(), group_id, topic)).toEqual(['2', String(free)])
  }, 60_000)

  it('replaces the consumer of a broker that has frozen, and loses nothing once it has thawed', async () => {
    const { reading, write } = await readingOf('frozen', { ...QUICK, silence: 3000 })
    await write('before')
    broker().freeze()
    try {
      await until(() => logged(reading, 'nothing was heard of the consumer'), 'the warning')
    } finally {
      broker().thaw()
    }
    await write('after')
    expect(live([reading]).sort()).toEqual([...numbered('after', 20), ...numbered('before', 20)].sort())
    await reading.stop()
  }, 90_000)

  it('goes on when the password is changed while it reads, and changed back', async () => {
    const { reading, write } = await readingOf('password', QUICK)
    await write('before')
    await broker().kill()
    await broker().restart(broker().connectionString.replace(/SharedAccessKey=.*/, 'SharedAccessKey=another'))
    await until(() => logged(reading, 'refused the credentials; check that the key'), 'the warning', 60_000)
    await broker().kill()
    await broker().restart()
    await write('after')
    expect(live([reading]).sort()).toEqual([...numbered('after', 20), ...numbered('before', 20)].sort())
    expect(reading.log.join('\n')).not.toContain(/SharedAccessKey=(.*)/.exec(broker().connectionString)?.[1])
    await reading.stop()
  }, 120_000)

  const logged = ({ log }: Reading, text: string) => log.some((line) => line.includes(text))

  /** A receiver of a new topic, and what writes twenty numbered messages there and waits until they have come. */
  async function readingOf(name: string, tuning: Tuning) {
    const topic = freshName(name)
    await createTopic(broker(), topic, PARTITIONS)
    const config = overTls(broker(), [topic], { group_id: freshName('group') })
    const reading = await startReading(config, { safe: true, tuning })
    const write = async (prefix: string) => {
      const values = numbered(prefix, 20)
      await produce(
        broker(),
        topic,
        values.map((value, at) => ({ value, partition: at % PARTITIONS })),
      )
      await until(
        () => values.every((value) => reading.bodies.includes(value)),
        `the messages ${prefix}`,
        60_000,
      )
    }
    return { reading, write }
  }

  async function membersOf(group: string): Promise<string[]> {
    const admin = broker().client.admin()
    await admin.connect()
    const { groups } = await admin.describeGroups([group])
    await admin.disconnect()
    return groups.flatMap(({ members }) => members.map(({ memberId }) => memberId))
  }
})
