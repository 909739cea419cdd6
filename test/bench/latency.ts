import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { encodeLogs } from '@lacuna/otlp'
import { LogRecord } from '@lacuna/sdk'
import { clock, HOUR } from '../../examples/sample-data/src/calendar.ts'
import { createRandom } from '../../examples/sample-data/src/random.ts'
import { ordinaryCall, requestResponse } from '../../examples/sample-data/src/request-response.ts'
import { bulkResources } from '../../examples/sample-data/src/resources.ts'
import { median } from './measure.ts'
import { DENSITY, REQUEST, readRequests, type Shape, writeRequests } from './otlp-requests.ts'
import { poster } from './post.ts'
import { freePort, startServer } from './server-process.ts'

// From sending the tenth empty answer to the alert's arrival at a sink, at half of the maximum load, against posting
// the same bytes straight to that sink meanwhile: `node --conditions=source test/bench/latency.ts [records]`. Two minutes.

const RECORDS = Number(process.argv[2] ?? 900_000)
/** As fast as they are taken; what is left comes at half the rate. */
const FIRST = Math.floor(RECORDS / 3 / 500) * 500
const SHAPE: Shape = 'attributes'
const ROUNDS = 3
/** Milliseconds between two probes. */
const PAUSE = 10
const THRESHOLD = 10
const root = path.resolve(import.meta.dirname, '../..')
const here = (name: string) => path.join(import.meta.dirname, name)
const lacuna = path.join(root, 'packages/cli/bin/lacuna.js')
const folder = mkdtempSync(path.join(tmpdir(), 'lacuna-latency-'))
const file = path.join(folder, 'requests')
const say = (text: string) => process.stdout.write(`${text}\n`)

/** Probes are given the time that the load has come to, as far as is known: that may be behind by some seconds of sending. */
function configure(port: number, sink: number): string[] {
  const config = path.join(folder, 'lacuna.yaml')
  writeFileSync(
    config,
    `receivers: { otlp: { protocols: { http: { endpoint: 127.0.0.1:${port} } } } }
processors: { field_mapping: { preset: azure_openai }, zero_length_response: { max_out_of_orderness: 1h } }
exporters: { otlp: { endpoint: "http://127.0.0.1:${sink}" } }
service: { pipelines: { logs: { receivers: [otlp], processors: [field_mapping, zero_length_response], exporters: [otlp] } } }
`,
  )
  return [lacuna, 'run', '--config', config]
}

/** Runs a script and hands on what it writes, line by line. */
function lines(args: readonly string[], each: (line: string) => void) {
  const child = spawn(process.execPath, ['--conditions=source', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  createInterface({ input: child.stdout }).on('line', each)
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return { ended, kill: () => child.kill('SIGTERM') }
}

const random = createRandom(1, 'probes')
const [account] = bulkResources(1, 1)
if (account === undefined) throw new Error('there are no accounts')
const [chat] = account.deployments
if (chat === undefined) throw new Error('there are no deployments')

/** Empty answers of an account of its own, as text. */
function probe(number: number, ms: number, count: number): Uint8Array {
  const name = `PROBE-${number}`
  const resource = { ...account, name, id: `${account?.id.slice(0, account.id.lastIndexOf('/'))}/${name}` }
  const records = Array.from({ length: count }, () => {
    const call = ordinaryCall(random, ms, resource as never, {
      deployment: chat as never,
      responseLength: '0',
    })
    return new LogRecord({ body: requestResponse(call) })
  })
  return encodeLogs(records)
}

interface Round {
  readonly max: number
  readonly half: number
  /** Of probes by the size of the request that the tenth record is in. */
  readonly alone: Times
  readonly among: Times
}

/** Milliseconds. */
interface Times {
  readonly alerts: number[]
  readonly straight: number[]
}

async function measure(): Promise<Round> {
  const [port, sinkPort] = [await freePort(), await freePort()]
  const arrivals = new Map<string, (at: bigint) => void>()
  const sink = lines([here('latency-sink.ts'), String(sinkPort)], (line) => {
    const [url = '', number = '', at = '0'] = line.split(' ')
    arrivals.get(`${url} ${number}`)?.(BigInt(at))
  })
  const server = await startServer(configure(port, sinkPort), port)
  const [toLacuna, toSink] = [poster(port, 1), poster(sinkPort, 1)]
  let [max, half, sent, loading] = [0, 0, 0, true]
  const load = lines([here('latency-load.ts'), String(port), file, String(FIRST)], (line) => {
    const told = JSON.parse(line)
    max = told.max ?? max
    half = told.half ?? half
    sent = told.sent ?? sent
  })
  const done = load.ended.then(() => {
    loading = false
  })

  /** Milliseconds from sending to the arrival of what it is about. */
  async function time(send: () => Promise<void>, url: string, number: number): Promise<number> {
    const arrived = new Promise<bigint>((resolve) => arrivals.set(`${url} ${number}`, resolve))
    const from = process.hrtime.bigint()
    await send()
    return Number((await arrived) - from) / 1e6
  }

  const [alone, among]: [Times, Times] = [
    { alerts: [], straight: [] },
    { alerts: [], straight: [] },
  ]
  for (let number = 1; loading; number++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
    if (max === 0) continue
    const ms = clock('00:00:00') + Math.floor((sent / DENSITY) * 24 * HOUR)
    await toLacuna.post(probe(number, ms, THRESHOLD - 1))
    const last = probe(number, ms, 1)
    // Requests that are put together are one.
    const [tenth, { alerts, straight }] =
      number % 2 === 0 ? [last, alone] : [Buffer.concat([others, last]), among]
    alerts.push(await time(() => toLacuna.post(tenth), '/v1/logs', number))
    straight.push(await time(() => toSink.post(tenth, '/straight'), '/straight', number))
  }
  await done
  for (const { end } of [toLacuna, toSink]) end()
  await server.stop()
  sink.kill()
  await sink.ended
  return { max, half, alone, among }
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN
}

const WORDS = { alone: 'the tenth record by itself', among: `the tenth record among ${REQUEST}` }
const told = (values: readonly number[]) =>
  `p50 ${percentile(values, 0.5).toFixed(2)} ms, p99 ${percentile(values, 0.99).toFixed(2)} ms`
/** A request as those of the load. */
let others: Uint8Array = new Uint8Array()

try {
  writeRequests(file, SHAPE, RECORDS)
  others = readRequests(file).next().value ?? others
  const ratios: { alone: number[]; among: number[] } = { alone: [], among: [] }
  for (let round = 0; round < ROUNDS; round++) {
    const { max, half, ...times } = await measure()
    say(`round ${round + 1}: at ${Math.round(half)} of at most ${Math.round(max)} records/s`)
    for (const which of ['alone', 'among'] as const) {
      const { alerts, straight } = times[which]
      say(
        `  ${WORDS[which]}, ${alerts.length} probes: alert ${told(alerts)}; straight to the sink ${told(straight)}`,
      )
      ratios[which].push(percentile(alerts, 0.99) / percentile(straight, 0.99))
    }
  }
  for (const which of ['alone', 'among'] as const)
    say(
      `latency of an alert, p99, against posting straight to the sink, ${WORDS[which]}   ` +
        `${median(ratios[which]).toFixed(1)} times   (at most 5)`,
    )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
