import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { Partitioners } from 'kafkajs'
import { bulk } from '../../examples/sample-data/src/bulk.ts'
import { type Broker, startBroker } from '../kafka/broker.ts'
import { createTopic, freshName } from '../kafka/topics.ts'

// What two stages cost, on a real broker as Event Hubs has it: records a second of one instance of each stage and of one
// process that does it all, and for how long partitions stand still when an instance dies, leaves or joins.
// `node --conditions=source test/bench/scale-out.ts [records] [accounts] [speed|gaps]`. The figures of docs/scaling.md.

const RECORDS = Number(process.argv[2] ?? 400_000)
const ACCOUNTS = Number(process.argv[3] ?? 50)
const WHAT = process.argv[4]
const RAW_PARTITIONS = 4
const PARTITIONS = 8
/** Records a second of event time: what a site has that asks for two stages. */
const DENSITY = 10_000
const ENVELOPE = 100
const MINUTE = 60_000

const root = path.resolve(import.meta.dirname, '../..')
const lacuna = path.join(root, 'packages/cli/bin/lacuna.js')
const say = (text: string) => process.stdout.write(`${text}\n`)

const broker: Broker = await startBroker([])
const admin: Admin = broker.client.admin()
await admin.connect()
const running = new Set<ChildProcess>()

/** Starts `lacuna run` with settings on top of a configuration. */
function start(config: string, settings: Readonly<Record<string, string>>): ChildProcess {
  const set = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  const child = spawn(
    process.execPath,
    [lacuna, 'run', '--config', path.join(root, 'configs', config), ...set],
    {
      stdio: ['ignore', 'ignore', process.env.BENCH_LOG === undefined ? 'ignore' : 'inherit'],
      env: {
        ...process.env,
        EVENT_HUBS_CONNECTION_STRING: broker.connectionString,
        MAPPED_CONNECTION_STRING: broker.connectionString,
        OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      },
    },
  )
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

function access(id: string, more: Readonly<Record<string, string>>): Record<string, string> {
  const all = { brokers: `[${broker.sasl}]`, tls: `{ ca_file: ${broker.caFile} }`, ...more }
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [`${id}.${key}`, value]))
}

const reading = (topic: string, group: string) =>
  access('receivers.event_hubs', { topics: `[${topic}]`, group_id: group })
const toStdout = { 'exporters.stdout': '{ format: json }', 'service.pipelines.logs.exporters': '[stdout]' }

const mapper = (raw: string, mapped: string, group: string) =>
  start('scale-out/mapper.yaml', { ...reading(raw, group), ...access('exporters.kafka', { topic: mapped }) })
const detector = (mapped: string, group: string) =>
  start('scale-out/detector.yaml', { ...reading(mapped, group), ...toStdout })
/** One process that maps and counts. */
const both = (raw: string, group: string) =>
  start('scale-out/detector.yaml', {
    ...reading(raw, group),
    'receivers.event_hubs.encoding': 'text',
    'processors.field_mapping.preset': 'azure_openai',
    'service.pipelines.logs.processors': '[field_mapping, zero_length_response]',
    ...toStdout,
  })

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

/** What a group has committed of each partition; 0 where nothing. */
async function offsets(group: string, topic: string): Promise<number[]> {
  const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
  return (found?.partitions ?? [])
    .sort((a, b) => a.partition - b.partition)
    .map(({ offset }) => Math.max(0, Number(offset)))
}

async function messagesIn(topic: string): Promise<number> {
  const found = await admin.fetchTopicOffsets(topic)
  return found.reduce((all, { high }) => all + Number(high), 0)
}

const sum = (list: readonly number[]) => list.reduce((all, each) => all + each, 0)

/** CPU seconds of a process so far, by Linux's clock ticks of 10 ms. */
function cpuOf({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Writes the raw topic: genuine-looking records, their times close together. */
async function fill(topic: string): Promise<void> {
  const producer = broker.client.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const begin = Date.now() - 10 * MINUTE - (RECORDS / DENSITY) * 1000
  let lines: string[] = []
  let messages: { value: string; partition: number }[] = []
  let count = 0
  let turn = 0
  for (const chunk of bulk({ seed: 1, records: RECORDS, groups: ACCOUNTS }))
    for (const line of chunk.split('\n')) {
      if (line === '') continue
      const time = new Date(begin + (count++ * 1000) / DENSITY).toISOString()
      lines.push(line.replace(/"time":"[^"]*"/, `"time":"${time.slice(0, -1)}0000Z"`))
      if (lines.length < ENVELOPE) continue
      messages.push({ value: `{"records":[${lines.join(',')}]}`, partition: turn++ % RAW_PARTITIONS })
      lines = []
      if (messages.length < 20) continue
      await producer.send({ topic, messages })
      messages = []
    }
  if (lines.length > 0) messages.push({ value: `{"records":[${lines.join(',')}]}`, partition: 0 })
  await producer.send({ topic, messages })
  await producer.disconnect()
}

/** The yardstick, measured in the same run since machines differ and are shared: parses both levels, and no more. */
function bare(): void {
  const lines: string[] = []
  for (const chunk of bulk({ seed: 1, records: 50_000, groups: ACCOUNTS }))
    lines.push(...chunk.trimEnd().split('\n'))
  const { user, system } = process.cpuUsage()
  let empty = 0
  for (const line of lines) if (JSON.parse(JSON.parse(line).properties ?? '{}').responseLength === 0) empty++
  const used = process.cpuUsage({ user, system })
  const rate = lines.length / ((used.user + used.system) / 1e6)
  say(`bare loop: ${(rate / 1000).toFixed(1)}k records per CPU second (${empty} empty)`)
}

/** Follows what a process commits; what it did between the first commit that is seen and the last. */
async function speed(name: string, child: ChildProcess, group: string, topic: string): Promise<void> {
  const messages = await messagesIn(topic)
  let first: { at: number; cpu: number; done: number } | undefined
  let last = { at: 0, cpu: 0, done: 0 }
  const patience = performance.now() + 5 * MINUTE
  while (last.done < messages) {
    if (performance.now() > patience || child.exitCode !== null)
      throw new Error(`${name} came to ${last.done}`)
    await wait(100)
    const done = sum(await offsets(group, topic))
    if (done === last.done) continue
    last = { at: performance.now(), cpu: cpuOf(child), done }
    first ??= last
  }
  await stop(child)
  if (first === undefined || first === last)
    throw new Error(`${name} was too fast to be measured: more records`)
  const records = ((last.done - first.done) / messages) * RECORDS
  const k = (value: number) => `${(value / 1000).toFixed(1)}k`
  const perSecond = k(records / ((last.at - first.at) / 1000))
  say(
    `${name}: ${perSecond} records/s, ${k(records / (last.cpu - first.cpu))} records per CPU second; ${(RECORDS / messages).toFixed(1)} records a message`,
  )
}

/** Records now, straight into the topic between the stages, in a steady stream. */
async function feed(topic: string, over: () => boolean): Promise<void> {
  const [
    { createKafkaExporter },
    { default: factory },
    { LogRecord, fromMillis, systemClock },
    { testHost },
  ] = await Promise.all([
    import('../../packages/exporters/kafka/src/index.ts'),
    import('../../packages/exporters/kafka/src/index.ts'),
    import('../../packages/sdk/src/index.ts'),
    import('../../packages/sdk/src/testing/index.ts'),
  ])
  const config = factory.config.parse({ brokers: [broker.plain], topic, key: 'azure.resource.name' })
  const exporter = createKafkaExporter(config, testHost({ id: 'kafka', clock: systemClock }))
  await exporter.start?.()
  const signal = new AbortController().signal
  while (!over()) {
    const records = Array.from(
      { length: 100 },
      (_, at) =>
        new LogRecord({
          hrTime: fromMillis(Date.now()),
          attributes: { 'azure.resource.name': `desk-${at}`, 'azure.open_ai.category': 'RequestResponse' },
        }),
    )
    await exporter.export(records, signal)
    await wait(50)
  }
  await exporter.stop?.()
}

/** The longest time in which a partition was not committed, from `act` on for `seconds`; seconds by partition. */
async function gap(
  name: string,
  group: string,
  topic: string,
  seconds: number,
  act: () => void,
): Promise<void> {
  let before = await offsets(group, topic)
  const moved = before.map(() => performance.now())
  const longest = before.map(() => 0)
  act()
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    await wait(100)
    const now = performance.now()
    const found = await offsets(group, topic)
    found.forEach((offset, partition) => {
      longest[partition] = Math.max(longest[partition] ?? 0, (now - (moved[partition] ?? now)) / 1000)
      if (offset !== before[partition]) moved[partition] = now
    })
    before = found
  }
  say(`${name}: longest pause by partition, s: ${longest.map((each) => each.toFixed(1)).join(' ')}`)
}

async function members(group: string, count: number): Promise<void> {
  for (;;) {
    const { groups } = await admin.describeGroups([group])
    if (groups[0]?.state === 'Stable' && groups[0].members.length === count) return
    await wait(200)
  }
}

try {
  if (WHAT !== 'gaps') {
    const [raw, mapped] = [freshName('raw'), freshName('mapped')]
    await createTopic(broker, raw, RAW_PARTITIONS)
    await createTopic(broker, mapped, PARTITIONS)
    await fill(raw)
    say(
      `${RECORDS} records of ${ACCOUNTS} accounts, ${RAW_PARTITIONS} and ${PARTITIONS} partitions, SASL_SSL`,
    )
    bare()
    const groups = [freshName('one'), freshName('first'), freshName('second')] as const
    await speed('one process', both(raw, groups[0]), groups[0], raw)
    await speed('first stage', mapper(raw, mapped, groups[1]), groups[1], raw)
    await speed('second stage', detector(mapped, groups[2]), groups[2], mapped)
    bare()
  }
  if (WHAT !== 'speed') {
    const [mapped, group] = [freshName('steady'), freshName('gaps')]
    await createTopic(broker, mapped, PARTITIONS)
    let over = false
    const feeding = feed(mapped, () => over)
    const instances = [0, 1, 2].map(() => detector(mapped, group))
    await members(group, 3)
    await wait(5000)
    await gap('undisturbed', group, mapped, 10, () => {})
    await gap('killed with -9', group, mapped, 60, () => void instances[0]?.kill('SIGKILL'))
    await gap('stopped', group, mapped, 20, () => void instances[1]?.kill('SIGTERM'))
    await gap('joined', group, mapped, 20, () => void instances.push(detector(mapped, group)))
    over = true
    await feeding
    for (const each of instances) await stop(each)
  }
} finally {
  for (const child of running) child.kill('SIGKILL')
  await admin.disconnect()
  await broker.stop()
}
