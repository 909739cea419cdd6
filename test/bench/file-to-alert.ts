import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bulk } from '../../examples/sample-data/src/bulk.ts'
import { measure, median } from './measure.ts'

// From a file to alerts against a bare loop, the slides of a window against each other, memory and start-up:
// `node --conditions=source test/bench/file-to-alert.ts [records]`. About five minutes with a million records.

const RECORDS = Number(process.argv[2] ?? 1_000_000)
const ROUNDS = 3
const root = path.resolve(import.meta.dirname, '../..')
const bare = path.join(import.meta.dirname, 'bare-loop.ts')
const lacuna = path.join(root, 'packages/cli/bin/lacuna.js')
const folder = mkdtempSync(path.join(tmpdir(), 'lacuna-bench-'))

const say = (text: string) => process.stdout.write(`${text}\n`)

function generate(name: string, records: number, groups: number): string {
  const target = path.join(folder, name)
  const file = openSync(target, 'w')
  for (const chunk of bulk({ seed: 1, records, groups })) writeSync(file, chunk)
  closeSync(file)
  return target
}

function pipeline(name: string, input: string, window: string): string {
  const target = path.join(folder, name)
  writeFileSync(
    target,
    `receivers: { file: { include: [${JSON.stringify(input)}], follow: false } }
processors: { field_mapping: { preset: azure_openai }, zero_length_response: { window: ${window} } }
exporters: { stdout: { format: json } }
service: { pipelines: { logs: { receivers: [file], processors: [field_mapping, zero_length_response], exporters: [stdout] } } }
`,
  )
  return target
}

const run = (config: string) => measure([lacuna, 'run', '--config', config])

try {
  say(`${RECORDS} records, ${ROUNDS} rounds, Node ${process.version}; generating ...`)
  const input = generate('records.ndjson', RECORDS, 20)
  const wide = generate('groups.ndjson', RECORDS, 100_000)
  const empty = path.join(folder, 'empty.ndjson')
  writeFileSync(empty, '')

  const continuous = pipeline('continuous.yaml', input, '{ type: sliding, size: 60m }')
  const coarse = pipeline('coarse.yaml', input, '{ type: sliding, size: 60m, slide: 10m }')
  const fine = pipeline('fine.yaml', input, '{ type: sliding, size: 60m, slide: 1s }')
  const nothing = pipeline('nothing.yaml', empty, '{ type: sliding, size: 60m }')
  const groups = pipeline('groups.yaml', wide, '{ type: sliding, size: 60m }')

  const speed: number[] = []
  const slides: number[] = []
  const memory: number[] = []
  const start: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const idle = await run(nothing)
    const yardstick = await measure([bare, input])
    const own = await run(continuous)
    speed.push(yardstick.cpu / (own.cpu - idle.cpu))
    memory.push(own.memory)
    slides.push(((await run(coarse)).cpu - idle.cpu) / ((await run(fine)).cpu - idle.cpu))
    start.push(idle.wall / (await measure(['-e', '0'])).wall)
    say(
      `round ${round + 1}: bare loop ${yardstick.cpu.toFixed(2)} s, file to alert ${own.cpu.toFixed(2)} s of CPU`,
    )
  }
  const wideMemory = (await run(groups)).memory

  say('')
  say(`file to alert against the bare loop       ${median(speed).toFixed(2)}   (at least 0.65)`)
  say(`slide 1s against slide 10m                ${median(slides).toFixed(2)}   (at least 0.9)`)
  say(`peak resident memory                      ${median(memory).toFixed(0)} MiB   (at most 200)`)
  say(`the same with 100,000 groups              ${wideMemory.toFixed(0)} MiB   (at most 500)`)
  say(`a whole run on an empty file against node -e 0   ${median(start).toFixed(1)} times   (at most 8)`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
