import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import type { Running } from '../e2e/run-lacuna.fixture.ts'
import { describeKafka } from './describe-kafka.ts'
import {
  byId,
  lagOf,
  membersOf,
  openHub,
  type Site,
  startDetector,
  startMapper,
  traffic,
  until,
} from './scale-out.fixture.ts'
import { createTopic, freshName } from './topics.ts'

const ACCOUNTS = 64
/** Event time of the run, five hours, and wall time of each of its minutes, in milliseconds. */
const MINUTES = 300
const PACE = 200
const RAW_PARTITIONS = 4
const PARTITIONS = 8

const running = new Set<Running>()
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL')
  running.clear()
})

function ran(instance: Running): Running {
  running.add(instance)
  return instance
}

async function stopped(instance: Running) {
  instance.child.kill('SIGTERM')
  const ended = await instance.ended
  running.delete(instance)
  expect(ended.code, ended.stderr).toBe(0)
  return ended
}

describeKafka('two stages on three machines', (broker) => {
  it('tell what one instance tells, when one of them is killed and another joins under load', {
    timeout: 400_000,
  }, async () => {
    const site: Site = { broker: broker(), raw: freshName('raw'), mapped: freshName('mapped') }
    await createTopic(broker(), site.raw, RAW_PARTITIONS)
    await createTopic(broker(), site.mapped, PARTITIONS)
    const [mappers, detectors, single] = [freshName('mapper'), freshName('detector'), freshName('single')]
    const mapper = ran(startMapper(site, mappers))
    const [first, second, third] = [0, 1, 2].map(() => ran(startDetector(site, detectors)))
    if (first === undefined || second === undefined || third === undefined) throw new Error('not started')
    await until(async () => (await membersOf(broker(), detectors)) === 3, 'three instances in the group')
    await until(async () => (await membersOf(broker(), mappers)) === 1, 'the mapper')

    const input = traffic(Date.now() - (MINUTES + 10) * 60_000, ACCOUNTS, MINUTES)
    const hub = await openHub(broker(), site.raw, RAW_PARTITIONS)
    let fourth: Running | undefined
    for (let minute = 0; minute < input.minutes; minute++) {
      await hub.write(input.minute(minute))
      if (minute === 70) second.child.kill('SIGKILL')
      if (minute === 130) fourth = ran(startDetector(site, detectors))
      await wait(PACE)
    }
    await hub.close()
    await until(async () => (await lagOf(broker(), mappers, site.raw)) === 0, 'the mapper to be done')
    await until(async () => (await membersOf(broker(), detectors)) === 3, 'three instances in the group')
    await until(async () => (await lagOf(broker(), detectors, site.mapped)) === 0, 'the detectors to be done')
    if (fourth === undefined) throw new Error('not started')
    const ends = await Promise.all([first, third, fourth].map(stopped))
    const killed = await second.ended
    running.delete(second)
    await stopped(mapper)

    const alone = ran(startDetector(site, single))
    await until(async () => (await membersOf(broker(), single)) === 1, 'the single instance')
    await until(
      async () => (await lagOf(broker(), single, site.mapped)) === 0,
      'the single instance to be done',
    )
    const reference = byId((await stopped(alone)).alerts)

    const opened = [...reference.values()].filter((text) => text.includes('lacuna.alert.status="open"'))
    expect(opened).toHaveLength(input.guilty.length)
    // All have had work; the killed one too, or its death would have proved nothing.
    for (const { alerts } of [...ends, killed]) expect(alerts.length).toBeGreaterThan(0)
    const together = byId([...killed.alerts, ...ends.flatMap(({ alerts }) => alerts)])
    expect([...together].sort()).toEqual([...reference].sort())
  })
})
