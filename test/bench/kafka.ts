import { spawn } from 'node:child_process'
import path from 'node:path'
import { Partitioners } from 'kafkajs'
import { bulk } from '../../examples/sample-data/src/bulk.ts'
import { type Broker, startBroker } from '../kafka/broker.ts'
import { createTopic, freshName } from '../kafka/topics.ts'
import { median } from './measure.ts'

// The `event_hubs` receiver against kafkajs alone, on a real broker as Event Hubs has it:
// `node --conditions=source test/bench/kafka.ts [records] [seconds of idleness]`. About three minutes.

const RECORDS = Number(process.argv[2] ?? 500_000)
const IDLE_SECONDS = Number(process.argv[3] ?? 30)
const ENVELOPE = 100
const PARTITIONS = 4
const ROUNDS = 3

const reader = path.join(import.meta.dirname, 'kafka-reader.ts')
const say = (text: string) => process.stdout.write(`${text}\n`)

interface Outcome {
  readonly count: number
  readonly empty: number
  readonly seconds: number
  readonly cpu: number
}

/** Runs one reader in a process of its own. */
async function read(broker: Broker, what: string, topic: string, records: number): Promise<Outcome> {
  const settings = {
    broker: broker.sasl,
    caFile: broker.caFile,
    connectionString: broker.connectionString,
    topic,
    group: freshName('bench'),
    records,
    idleSeconds: IDLE_SECONDS,
  }
  const args = ['--conditions=source', reader, what, JSON.stringify(settings)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`${what} ended with ${code}`)
  return JSON.parse(text)
}

/** Envelopes of records, as Azure Monitor sends them. */
function* envelopes(): Generator<string> {
  let lines: string[] = []
  for (const chunk of bulk({ seed: 1, records: RECORDS, groups: 20 }))
    for (const line of chunk.split('\n')) {
      if (line !== '') lines.push(line)
      if (lines.length < ENVELOPE) continue
      yield `{"records":[${lines.join(',')}]}`
      lines = []
    }
  if (lines.length > 0) yield `{"records":[${lines.join(',')}]}`
}

async function fill(broker: Broker, topic: string): Promise<void> {
  const producer = broker.client.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  let messages: { value: string; partition: number }[] = []
  const send = async () => {
    await producer.send({ topic, messages })
    messages = []
  }
  let at = 0
  for (const value of envelopes()) {
    messages.push({ value, partition: at++ % PARTITIONS })
    if (messages.length === 20) await send()
  }
  if (messages.length > 0) await send()
  await producer.disconnect()
}

// The normal JVM: with the quick one TLS is what is measured.
const broker = await startBroker([])
try {
  const [full, quiet] = [freshName('full'), freshName('quiet')]
  await createTopic(broker, full, PARTITIONS)
  await createTopic(broker, quiet, PARTITIONS)
  say(`${RECORDS} records in envelopes of ${ENVELOPE}, ${PARTITIONS} partitions, SASL_SSL; writing ...`)
  await fill(broker, full)
  await read(broker, 'bare', full, RECORDS)

  const ratios: number[] = []
  const cpu: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const bare = await read(broker, 'bare', full, RECORDS)
    const ours = await read(broker, 'ours', full, RECORDS)
    if (bare.empty !== ours.empty) throw new Error('the readers disagree')
    ratios.push(bare.seconds / ours.seconds)
    cpu.push(bare.cpu / ours.cpu)
    const rate = (outcome: Outcome) => Math.round(outcome.count / outcome.seconds).toLocaleString('en')
    say(`round ${round + 1}: kafkajs alone ${rate(bare)} records/s, event_hubs ${rate(ours)} records/s`)
  }
  say(
    `records/s against kafkajs alone, both parse both levels   ${median(ratios).toFixed(2)}   (at least 0.7)`,
  )
  say(`records per CPU second, the same                          ${median(cpu).toFixed(2)}`)

  say(`idle for ${IDLE_SECONDS} s, all at once ...`)
  const [plain, often, ours] = await Promise.all(
    ['bare', 'bare_500', 'ours'].map((what) => read(broker, what, quiet, 0)),
  )
  const share = (outcome: Outcome | undefined) =>
    `${((100 * (outcome?.cpu ?? 0)) / (outcome?.seconds ?? 1)).toFixed(2)} % of a core`
  say(`kafkajs alone, timer fixed                                ${share(plain)}`)
  say(`the same with maxWaitTimeInMs 500                         ${share(often)}`)
  say(`event_hubs                                                ${share(ours)}   (no more)`)
} finally {
  await broker.stop()
}
