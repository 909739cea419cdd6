import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

// Resident memory while an exporter is dead under full load, one process for each way to overflow:
// `node --conditions=source test/bench/dead-exporter.ts [seconds]`. It must be flat once the queue is full.

const SECONDS = Number(process.argv[2] ?? 60)
/** Until then the queue fills and the heap finds its size. */
const SETTLED = Math.max(2, Math.floor(SECONDS / 4))
const root = path.resolve(import.meta.dirname, '../..')
const plugin = path.join(import.meta.dirname, 'dead-exporter-plugin.ts')
const folder = mkdtempSync(path.join(tmpdir(), 'lacuna-dead-'))
const MIB = 2 ** 20

interface Sample {
  readonly rss: number
  readonly made: number
}

/** A port where nobody listens: one that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('there is no free port')
  return address.port
}

async function run(overflow: string): Promise<void> {
  const config = path.join(folder, `${overflow}.yaml`)
  const summary = path.join(folder, `${overflow}.json`)
  writeFileSync(
    config,
    `plugins: [${JSON.stringify(plugin)}]
receivers: { flood: }
exporters:
  healthy:
  dead: { port: ${await closedPort()}, sending_queue: { overflow: ${overflow} } }
service: { pipelines: { logs: { receivers: [flood], exporters: [dead, healthy] } } }
`,
  )
  const lacuna = path.join(root, 'packages/cli/bin/lacuna.js')
  const child = spawn(process.execPath, [lacuna, 'run', '--config', config, '--summary', summary], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const samples: Sample[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    samples.push(JSON.parse(line))
    if (samples.length < SECONDS) continue
    // The second one ends it at once: nothing will drain into a dead exporter.
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGTERM'), 500)
    break
  }
  await ended
  report(overflow, samples, JSON.parse(readFileSync(summary, 'utf8')))
}

interface Ledger {
  readonly components: readonly { readonly id: string; readonly in: number; readonly dropped: object }[]
}

function report(overflow: string, samples: readonly Sample[], { components }: Ledger): void {
  const steady = samples.slice(SETTLED).map(({ rss }) => rss)
  const half = Math.floor(steady.length / 2)
  const [first, second] = [Math.max(...steady.slice(0, half)), Math.max(...steady.slice(half))]
  const dead = components.find(({ id }) => id === 'dead')
  const healthy = components.find(({ id }) => id === 'healthy')
  process.stdout.write(
    `${overflow}: peak ${(first / MIB).toFixed(0)} MiB in the first half after ${SETTLED} s, ` +
      `${(second / MIB).toFixed(0)} MiB in the second (${(second / first).toFixed(2)} times); ` +
      `${samples.at(-1)?.made} records made, ${healthy?.in} taken by the neighbour, ` +
      `dropped ${JSON.stringify(dead?.dropped)}\n`,
  )
}

try {
  for (const overflow of ['block', 'drop_oldest', 'drop_newest']) await run(overflow)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
