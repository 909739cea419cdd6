import { readFileSync } from 'node:fs'
import { type ReceiverHost, silentLogger, systemClock } from '@lacuna/sdk'
import { testLedger } from '@lacuna/sdk/testing'
import { Kafka, logLevel } from 'kafkajs'
import eventHubs from '../../packages/receivers/event-hubs/src/index.ts'
import { quietIdleQueues } from '../../packages/receivers/event-hubs/src/quiet-idle-queue.ts'

// One reader of the Kafka benchmark, as a process of its own: `kafka-reader.ts WHAT SETTINGS`. It reads `records`
// records and tells how long that took from the first message on, or, when there are none, what being idle cost.

interface Settings {
  readonly broker: string
  readonly caFile: string
  readonly connectionString: string
  readonly topic: string
  readonly group: string
  readonly records: number
  readonly idleSeconds: number
}

const [what = '', given = '{}'] = process.argv.slice(2)
const settings: Settings = JSON.parse(given)
const { topic, group, records, idleSeconds, broker, caFile, connectionString } = settings

let count = 0
let empty = 0
let begun = 0
let cpu = process.cpuUsage()

/** Both levels of one envelope. */
function parse(text: string): void {
  if (begun === 0) {
    begun = performance.now()
    cpu = process.cpuUsage()
  }
  for (const record of JSON.parse(text).records) {
    if (JSON.parse(record.properties).responseLength === 0) empty++
    count++
  }
  if (count >= records) tell()
}

function tell(): never {
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (performance.now() - begun) / 1000
  process.stdout.write(`${JSON.stringify({ count, empty, seconds, cpu: (user + system) / 1e6 })}\n`)
  process.exit(0)
}

async function readBare(maxWaitTimeInMs?: number): Promise<void> {
  quietIdleQueues()
  const kafka = new Kafka({
    brokers: [broker],
    ssl: { ca: readFileSync(caFile) },
    sasl: { mechanism: 'plain', username: '$ConnectionString', password: connectionString },
    logLevel: logLevel.NOTHING,
    connectionTimeout: 10_000,
  })
  const consumer = kafka.consumer({
    groupId: group,
    ...(maxWaitTimeInMs === undefined ? {} : { maxWaitTimeInMs }),
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    async eachBatch({ batch }) {
      for (const { value } of batch.messages) parse(String(value))
    },
  })
}

async function readOurs(): Promise<void> {
  const config = eventHubs.config.parse({
    connection_string: connectionString,
    brokers: [broker],
    tls: { ca_file: caFile },
    topics: [topic],
    group_id: group,
  })
  const host: ReceiverHost = {
    id: 'event_hubs',
    clock: systemClock,
    logger: silentLogger,
    ledger: testLedger(),
    lookback: 0,
    ordered: false,
    async consume({ source, records: batch, position }) {
      for (const { body } of batch) if (typeof body === 'string') parse(body)
      if (position !== undefined) receiver.safe?.(source, position)
    },
    sourceOpened() {},
    sourceClosed() {},
    watermark: () => undefined,
    progress() {},
  }
  const receiver = eventHubs.create(config, host)
  await receiver.start()
}

if (what === 'ours') await readOurs()
else await readBare(what === 'bare_500' ? 500 : undefined)

if (records === 0)
  // What starting takes is no part of it.
  setTimeout(() => {
    cpu = process.cpuUsage()
    begun = performance.now()
    setTimeout(tell, idleSeconds * 1000)
  }, 10_000)
