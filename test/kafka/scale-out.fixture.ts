import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Partitioners, type Producer } from 'kafkajs'
import { emptyAnswer, properties } from '../e2e/records.fixture.ts'
import { type OutputLine, type Running, start } from '../e2e/run-lacuna.fixture.ts'
import type { Broker } from './broker.ts'
import { committed } from './topics.ts'

const MINUTE = 60_000

/** What a run of the two stages is made of. */
export interface Site {
  readonly broker: Broker
  /** The topic that Azure Monitor would write to, and the one between the stages. */
  readonly raw: string
  readonly mapped: string
}

const configOf = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../configs/scale-out/${name}.yaml`, import.meta.url)), 'utf8')

/** Starts an instance of a stage: its configuration as it is shipped, with the addresses of this site. */
function startStage(site: Site, name: string, settings: Readonly<Record<string, string>>): Running {
  const { broker } = site
  const access = { brokers: `[${broker.sasl}]`, tls: `{ ca_file: ${broker.caFile} }` }
  const set: Record<string, string> = { ...settings }
  for (const id of ['receivers.event_hubs', ...(name === 'mapper' ? ['exporters.kafka'] : [])])
    for (const [key, value] of Object.entries(access)) set[`${id}.${key}`] = value
  return start({
    config: configOf(name),
    args: Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
    env: {
      EVENT_HUBS_CONNECTION_STRING: broker.connectionString,
      MAPPED_CONNECTION_STRING: broker.connectionString,
      OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    },
  })
}

/** Starts an instance of `configs/scale-out/mapper.yaml`. */
export function startMapper(site: Site, group: string): Running {
  return startStage(site, 'mapper', {
    'receivers.event_hubs.topics': `[${site.raw}]`,
    'receivers.event_hubs.group_id': group,
    'exporters.kafka.topic': site.mapped,
  })
}

/** Starts an instance of `configs/scale-out/detector.yaml`, with its alerts on standard output. */
export function startDetector(site: Site, group: string): Running {
  return startStage(site, 'detector', {
    'receivers.event_hubs.topics': `[${site.mapped}]`,
    'receivers.event_hubs.group_id': group,
    'exporters.stdout': '{ format: json }',
    'service.pipelines.logs.exporters': '[stdout]',
  })
}

/** How many members a group has, once it is settled; 0 while it is not. */
export async function membersOf(broker: Broker, group: string): Promise<number> {
  const admin = broker.client.admin()
  await admin.connect()
  try {
    const { groups } = await admin.describeGroups([group])
    return groups[0]?.state === 'Stable' ? groups[0].members.length : 0
  } finally {
    await admin.disconnect()
  }
}

/** Messages of a topic that a group has not committed; those of nothing committed count in full. */
export async function lagOf(broker: Broker, group: string, topic: string): Promise<number> {
  const admin = broker.client.admin()
  await admin.connect()
  try {
    const ends = (await admin.fetchTopicOffsets(topic)).sort((a, b) => a.partition - b.partition)
    const offsets = await committed(broker, group, topic)
    return ends.reduce((sum, { high, low }, at) => {
      const offset = Number(offsets[at] ?? -1)
      return sum + Number(high) - (offset < 0 ? Number(low) : offset)
    }, 0)
  } finally {
    await admin.disconnect()
  }
}

/** Waits until something holds; fails with a sentence when it does not for a long time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  patience = 120_000,
): Promise<void> {
  const end = performance.now() + patience
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`)
    await wait(100)
  }
}

/** The traffic of a site, minute by minute of event time. */
export interface Traffic {
  readonly minutes: number
  /** Accounts with a burst that must be told, each once. */
  readonly guilty: readonly string[]
  /** The records of a minute, in their order. */
  minute(at: number): Record<string, unknown>[]
}

/**
 * Accounts that answer well once a minute. Most have one burst of twelve empty answers within half a minute, in the
 * first hours; every eighth one of nine, which is no burst. The last two hours are quiet, so that all is resolved.
 */
export function traffic(begin: number, accounts: number, minutes: number): Traffic {
  const quiet = 120
  const names = Array.from({ length: accounts }, (_, at) => `desk-${at}`)
  const burstAt = (at: number) => 5 + Math.floor((at * (minutes - quiet - 10)) / accounts)
  const size = (at: number) => (at % 8 === 7 ? 9 : 12)
  return {
    minutes,
    guilty: names.filter((_, at) => size(at) >= 10),
    minute(minute) {
      const start = begin + minute * MINUTE
      const records: [number, Record<string, unknown>][] = []
      names.forEach((name, at) => {
        const time = start + ((at * 997) % MINUTE)
        records.push([time, emptyAnswer(name, time, { properties: properties(2000 + at) })])
        if (burstAt(at) !== minute) return
        for (let count = 0; count < size(at); count++) {
          const moment = start + count * 2500
          records.push([moment, emptyAnswer(name, moment)])
        }
      })
      return records.sort(([a], [b]) => a - b).map(([, record]) => record)
    },
  }
}

/** Writes records as Azure Monitor does: envelopes, to the partitions in turn. */
export async function openHub(broker: Broker, topic: string, partitions: number) {
  const producer: Producer = broker.client.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  let turn = 0
  return {
    async write(records: readonly Record<string, unknown>[], envelope = 20): Promise<void> {
      const messages: { value: string; partition: number }[] = []
      for (let at = 0; at < records.length; at += envelope)
        messages.push({
          value: JSON.stringify({ records: records.slice(at, at + envelope) }),
          partition: turn++ % partitions,
        })
      await producer.send({ topic, messages })
    },
    close: () => producer.disconnect(),
  }
}

/** Alerts by their id: each once, as often as it came. What differs between two of one id is a failure. */
export function byId(alerts: readonly OutputLine[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const alert of alerts) {
    const id = String(alert.attributes['lacuna.alert.id'])
    const text = essence(alert)
    const before = found.get(id)
    if (before !== undefined && before !== text)
      throw new Error(`two alerts of one id: ${before} and ${text}`)
    found.set(id, text)
  }
  return found
}

/** What an alert says, less when it was seen. */
function essence({ timestamp, attributes }: OutputLine): string {
  const names = Object.keys(attributes)
    .filter((name) => /^(?:lacuna[.](?:alert|window)|azure[.]resource)[.]/.test(name))
    // Says that the episode was taken over from another instance: true, and of the run rather than of the alert.
    .filter((name) => name !== 'lacuna.alert.continued')
    .sort()
  return [timestamp, ...names.map((name) => `${name}=${JSON.stringify(attributes[name])}`)].join(' ')
}
