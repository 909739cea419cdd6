import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { describeKafka } from '../../../../test/kafka/describe-kafka.ts'
import { committed, createTopic, freshName, produce } from '../../../../test/kafka/topics.ts'
import { inPlain, numbered, overTls, type Reading, startReading, until } from './reading.fixture.ts'

const PARTITIONS = 4

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
    const topic = freshName('killed')
    await createTopic(broker(), topic, PARTITIONS)
    const reading = await startReading(overTls(broker(), [topic], { group_id: freshName('group') }), {
      safe: true,
    })
    const first = numbered('before', 20)
    await produce(
      broker(),
      topic,
      first.map((value, at) => ({ value, partition: at % PARTITIONS })),
    )
    await until(() => reading.bodies.length === first.length, 'the first messages')
    await broker().kill()
    await until(() => reading.log.some((line) => line.startsWith('warn')), 'the warning')
    await broker().restart()
    const second = numbered('after', 20)
    await produce(
      broker(),
      topic,
      second.map((value, at) => ({ value, partition: at % PARTITIONS })),
    )
    await until(() => reading.bodies.length >= 40, 'the messages after', 60_000)
    await until(() => reading.log.some((line) => line.includes('reading again')), 'the all-clear')
    // The state of the pipelines went on, so nothing may come twice.
    expect(live([reading]).sort()).toEqual([...first, ...second].sort())
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

  it('stays in the group and reads the other partitions while one is held up', async () => {
    const topic = freshName('held')
    const group_id = freshName('group')
    await createTopic(broker(), topic, 2)
    const gate = Promise.withResolvers<void>()
    const reading = await startReading(inPlain(broker(), [topic], { group_id }), {
      safe: true,
      consume: (batch) => (batch.source.id.endsWith('/0') ? gate.promise : undefined),
    })
    await produce(broker(), topic, [{ value: 'stuck', partition: 0 }])
    await wait(100)
    for (let at = 0; at < 3; at++) {
      await produce(broker(), topic, [{ value: `free${at}`, partition: 1 }])
      await until(() => reading.bodies.includes(`free${at}`), 'the free partition')
    }
    expect(reading.bodies).not.toContain('stuck')
    await produce(broker(), topic, [{ value: 'behind', partition: 0 }])
    gate.resolve()
    await until(() => reading.bodies.includes('behind'), 'what was held up')
    expect(reading.bodies.filter((body) => body === 'stuck')).toHaveLength(1)
    await reading.stop()
    expect(await committed(broker(), group_id, topic)).toEqual(['2', '3'])
  }, 60_000)
})
