import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { type Broker, startBroker } from '../kafka/broker.ts'
import { freshName } from '../kafka/topics.ts'
import { read } from './kafka-read.ts'
import { fillTopic } from './kafka-topic.ts'
import { median } from './measure.ts'

// From Kafka to alert, the whole command on a real broker as Event Hubs has it, against a bare kafkajs loop on the
// same topic that parses both levels and counts:
// `node --conditions=source test/bench/kafka-to-alert.ts [records] [rounds]`.

const RECORDS = Number(process.argv[2] ?? 1_000_000)
const ROUNDS = Number(process.argv[3] ?? 5)
const PARTITIONS = 4
/** Milliseconds after which a run has hung. */
const PATIENCE = 180_000

const lacuna = path.resolve(import.meta.dirname, '../../packages/cli/bin/lacuna.js')
const folder = mkdtempSync(path.join(tmpdir(), 'lacuna-kafka-bench-'))
const say = (text: string) => process.stdout.write(`${text}\n`)

function configOf(broker: Broker, topic: string): string {
  const file = path.join(folder, `${topic}.yaml`)
  writeFileSync(
    file,
    `receivers:
  event_hubs:
    connection_string: ${JSON.stringify(broker.connectionString)}
    brokers: [${JSON.stringify(broker.sasl)}]
    tls: { ca_file: ${JSON.stringify(broker.caFile)} }
    topics: [${JSON.stringify(topic)}]
processors: { field_mapping: { preset: azure_openai }, zero_length_response: }
exporters: { stdout: { format: json } }
service: { pipelines: { logs: { receivers: [event_hubs], processors: [field_mapping, zero_length_response], exporters: [stdout] } } }
`,
  )
  return file
}

/** CPU seconds of a process so far, by Linux's clock ticks of 10 ms; elsewhere not known. */
function cpuOf(pid: number | undefined): number {
  if (process.platform !== 'linux') return Number.NaN
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** What it took from the first alert of `begin-N` to that of the last `end-N`. */
async function command(config: string, records: number): Promise<{ seconds: number; cpu: number }> {
  const summary = path.join(folder, 'summary.json')
  const log = path.join(folder, 'stderr.log')
  const file = openSync(log, 'w')
  const group = `receivers.event_hubs.group_id=${freshName('bench')}`
  const child = spawn(
    process.execPath,
    [lacuna, 'run', '--config', config, '--set', group, '--summary', summary],
    {
      env: { LACUNA_BUILT: '1', ...process.env },
      stdio: ['ignore', 'pipe', file],
    },
  )
  closeSync(file)
  if (child.stdout === null) throw new Error('the command has no standard output')
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
  const ends = new Set<string>()
  let begun: { at: number; cpu: number } | undefined
  let took = { seconds: Number.NaN, cpu: Number.NaN }
  for await (const line of createInterface({ input: child.stdout })) {
    const now = { at: performance.now(), cpu: cpuOf(child.pid) }
    if (line.includes('"begin-')) begun ??= now
    const end = /"(end-\d)"/.exec(line)?.[1]
    if (begun === undefined || end === undefined || ends.add(end).size < PARTITIONS) continue
    took = { seconds: (now.at - begun.at) / 1000, cpu: now.cpu - begun.cpu }
    break
  }
  clearTimeout(late)
  child.kill('SIGTERM')
  await ended
  if (ends.size < PARTITIONS)
    throw new Error(
      `only ${ends.size} of ${PARTITIONS} partitions were read; see ${readFileSync(log, 'utf8')}`,
    )
  const { components }: Ledger = JSON.parse(readFileSync(summary, 'utf8'))
  const detected = components.find(({ id }) => id === 'zero_length_response')?.in
  if (detected !== records) throw new Error(`${detected} of ${records} records came to the detector`)
  return took
}

interface Ledger {
  readonly components: readonly { readonly id: string; readonly in: number }[]
}

// The normal JVM: with the quick one TLS is what is measured.
const broker = await startBroker([])
try {
  const topic = freshName('full')
  say(`${RECORDS} records in envelopes of 100, ${PARTITIONS} partitions, SASL_SSL; writing ...`)
  const records = await fillTopic(broker, topic, RECORDS, PARTITIONS)
  const config = configOf(broker, topic)
  const rate = (seconds: number) => `${Math.round(records / seconds).toLocaleString('en')} records/s`
  // The first round warms up the broker.
  const ratios: number[] = []
  const cpu: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const bare = await read(broker, 'kafkajs', { topic, records })
    const own = await command(config, records)
    if (round === 0) continue
    ratios.push(bare.seconds / own.seconds)
    cpu.push(bare.cpu / own.cpu)
    say(`round ${round}: bare loop ${rate(bare.seconds)}, Kafka to alert ${rate(own.seconds)}`)
  }
  say(`Kafka to alert against the bare loop      ${median(ratios).toFixed(2)}   (at least 0.7)`)
  say(`the same by CPU time                      ${median(cpu).toFixed(2)}`)
} finally {
  await broker.stop()
  rmSync(folder, { recursive: true, force: true })
}
