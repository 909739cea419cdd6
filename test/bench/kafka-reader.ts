import { readFileSync } from 'node:fs'
import { silentLogger, systemClock } from '@lacuna/sdk'
import { testReceiverHost } from '@lacuna/sdk/testing'
import { Kafka, logLevel } from 'kafkajs'
import { quietIdleQueues } from '../../packages/kafka-client/src/index.ts'
import eventHubs from '../../packages/receivers/event-hubs/src/index.ts'

// One reader of the Kafka benchmarks, as a process of its own: `kafka-reader.ts kafkajs|event_hubs SETTINGS`. With
// `records` it parses both levels of so many and tells how long that took from the first message on; without, what
// it cost to be idle.

/** What a reader is told, as JSON on its command line. */
export interface Settings {
  readonly broker: string
  readonly caFile: string
  readonly connectionString: string
  readonly topic: string
  readonly group: string
  readonly records: number
  readonly idleSeconds: number
  /** Milliseconds that a fetch of kafkajs waits; its own default without it. */
  readonly maxWait?: number
}

/** What a reader says at its end, as JSON on standard output. */
export interface Outcome {
  readonly count: number
  readonly empty: number
  readonly seconds: number
  readonly cpu: number
}

/** Milliseconds after which what starting takes is over. */
const SETTLED = 10_000

const [what = '', given = '{}'] = process.argv.slice(2)
const settings: Settings = JSON.parse(given)
const { topic, group, records, broker, caFile, connectionString } = settings

let count = 0
let empty = 0
let begun = 0
let cpu = process.cpuUsage()

function begin(): void {
  begun = performance.now()
  cpu = process.cpuUsage()
}

/** Both levels of one envelope. */
function parse(text: string): void {
  if (begun === 0) begin()
  for (const record of JSON.parse(text).records) {
    if (JSON.parse(record.properties).responseLength === 0) empty++
    count++
  }
  if (count >= records) tell()
}

function tell(): never {
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (performance.now() - begun) / 1000
  const outcome: Outcome = { count, empty, seconds, cpu: (user + system) / 1e6 }
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
  process.exit(0)
}

async function readBare(): Promise<void> {
  quietIdleQueues()
  const kafka = new Kafka({
    brokers: [broker],
    ssl: { ca: readFileSync(caFile) },
    sasl: { mechanism: 'plain', username: '$ConnectionString', password: connectionString },
    logLevel: logLevel.NOTHING,
    connectionTimeout: 10_000,
  })
  const wait = settings.maxWait === undefined ? {} : { maxWaitTimeInMs: settings.maxWait }
  const consumer = kafka.consumer({ groupId: group, ...wait })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    async eachBatch({ batch }) {
      for (const { value } of batch.messages) parse(String(value))
    },
  })
}

async function readIdle(): Promise<void> {
  const config = eventHubs.config.parse({
    connection_string: connectionString,
    brokers: [broker],
    tls: { ca_file: caFile },
    topics: [topic],
    group_id: group,
  })
  const host = Object.assign(testReceiverHost({ id: 'event_hubs', clock: systemClock }), {
    logger: silentLogger,
  })
  await eventHubs.create(config, host).start()
}

if (what === 'event_hubs') await readIdle()
else await readBare()

if (records === 0)
  setTimeout(() => {
    begin()
    setTimeout(tell, settings.idleSeconds * 1000)
  }, SETTLED)
