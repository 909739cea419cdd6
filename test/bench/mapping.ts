import { LogRecord } from '@lacuna/sdk'
import { testHost } from '@lacuna/sdk/testing'
import { bulk } from '../../examples/sample-data/src/bulk.ts'
import fieldMapping from '../../packages/processors/field-mapping/src/index.ts'

// What mapping costs above the two parses, as a ratio of CPU time to a bare loop over the same lines, chunk by
// chunk in one process. Run it with `node --conditions=source test/bench/mapping.ts [records]`.

const RECORDS = Number(process.argv[2] ?? 200_000)
const CHUNK = 2000
const BATCH = 64
const ENVELOPE = 100
const ROUNDS = 5

/** What the zero-length rule reads of a record. */
const FIELDS = [
  'azure.open_ai.category',
  'azure.open_ai.operation_name',
  'azure.open_ai.result_signature',
  'azure.open_ai.properties.response_length',
  'azure.resource.name',
  'azure.open_ai.correlation_id',
]

const source = { id: 'bench', finite: true }
const config = fieldMapping.config.parse({ preset: 'azure_openai' })
const mapper = () => fieldMapping.create(config, testHost())

function map(
  processor: ReturnType<typeof mapper>,
  bodies: readonly string[],
  reads: readonly string[],
): number {
  let found = 0
  for (let start = 0; start < bodies.length; start += BATCH) {
    const records: LogRecord[] = []
    for (let at = start; at < start + BATCH && at < bodies.length; at++) {
      const record = new LogRecord()
      record.body = bodies[at]
      records.push(record)
    }
    for (const record of processor.process({ source, records }) as LogRecord[]) {
      for (let at = 0; at < reads.length; at++) if (record.get(reads[at] ?? '') === 0) found++
    }
  }
  return found
}

interface Chunk {
  readonly lines: readonly string[]
  readonly envelopes: readonly string[]
}

const byLine = mapper()
const byLineRead = mapper()
const byEnvelope = mapper()

const runs: Record<string, (chunk: Chunk) => number> = {
  'bare loop, lines': ({ lines }) => {
    let found = 0
    for (const line of lines) if (JSON.parse(JSON.parse(line).properties).responseLength === 0) found++
    return found
  },
  mapped: ({ lines }) => map(byLine, lines, []),
  'mapped, six fields read': ({ lines }) => map(byLineRead, lines, FIELDS),
  'bare loop, envelopes': ({ envelopes }) => {
    let found = 0
    for (const text of envelopes) {
      for (const one of JSON.parse(text).records) if (JSON.parse(one.properties).responseLength === 0) found++
    }
    return found
  },
  'envelopes mapped, six fields read': ({ envelopes }) => map(byEnvelope, envelopes, FIELDS),
}

const chunks: Chunk[] = []
{
  let lines: string[] = []
  const close = () => {
    const envelopes: string[] = []
    for (let at = 0; at < lines.length; at += ENVELOPE) {
      envelopes.push(
        Buffer.from(`{"records":[${lines.slice(at, at + ENVELOPE).join(',')}]}`).toString('latin1'),
      )
    }
    chunks.push({ lines, envelopes })
    lines = []
  }
  for (const text of bulk({ seed: 1, records: RECORDS, groups: 200 })) {
    for (const line of text.split('\n')) {
      // A copy of its own, flat and of one byte a character, as it comes out of a file.
      if (line !== '') lines.push(Buffer.from(line).toString('latin1'))
      if (lines.length === CHUNK) close()
    }
  }
  if (lines.length > 0) close()
}

const names = Object.keys(runs)
const times = new Map<string, number[]>(names.map((name) => [name, []]))
for (let round = 0; round <= ROUNDS; round++) {
  for (const [index, chunk] of chunks.entries()) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + index) % names.length] ?? ''
      const before = process.cpuUsage()
      runs[name]?.(chunk)
      const used = process.cpuUsage(before)
      // The first round warms up.
      if (round > 0) times.get(name)?.push((used.user + used.system) / chunk.lines.length)
    }
  }
}

let bare = ''
for (const name of names) {
  if (name.startsWith('bare')) bare = name
  const own = times.get(name) ?? []
  const ratios = own.map((time, at) => (times.get(bare)?.[at] ?? 0) / time)
  const line = `${name.padEnd(36)} ${median(own).toFixed(2)} us/record   ${median(ratios).toFixed(2)} of the bare loop`
  process.stdout.write(`${line}\n`)
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
