import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { median } from './measure.ts'
import { REQUEST, SHAPES, writeRequests } from './otlp-requests.ts'
import { freePort, runToEnd, startServer } from './server-process.ts'

// OTLP over HTTP into detection, against a server that only decodes the same bytes, as CPU time of the server's whole
// process: `node --conditions=source test/bench/otlp.ts [records]`. About four minutes.

const RECORDS = Number(process.argv[2] ?? 600_000)
const ROUNDS = 3
const root = path.resolve(import.meta.dirname, '../..')
const yardstick = path.join(import.meta.dirname, 'otlp-yardstick.ts')
const sender = path.join(import.meta.dirname, 'otlp-sender.ts')
const lacuna = path.join(root, 'packages/cli/bin/lacuna.js')
const folder = mkdtempSync(path.join(tmpdir(), 'lacuna-otlp-'))
const say = (text: string) => process.stdout.write(`${text}\n`)

const config = path.join(folder, 'lacuna.yaml')
const summary = path.join(folder, 'summary.json')
const argsOf = {
  lacuna(port: number): string[] {
    writeFileSync(
      config,
      `receivers: { otlp: { protocols: { http: { endpoint: 127.0.0.1:${port} } } } }
processors: { field_mapping: { preset: azure_openai }, zero_length_response: }
exporters: { stdout: { format: json } }
service: { pipelines: { logs: { receivers: [otlp], processors: [field_mapping, zero_length_response], exporters: [stdout] } } }
`,
    )
    return [lacuna, 'run', '--config', config, '--summary', summary]
  },
  yardstick: (port: number) => ['--conditions=source', yardstick, String(port)],
  /** Parses the text of each record too, both levels. */
  parsing: (port: number) => ['--conditions=source', yardstick, String(port), 'parse'],
}

/** CPU seconds of a server that took what is in a file; with no file what it takes to start and end. */
async function cpu(which: keyof typeof argsOf, file?: string): Promise<number> {
  const port = await freePort()
  const server = await startServer(argsOf[which](port), port)
  if (file !== undefined) await runToEnd(['--conditions=source', sender, String(port), file])
  return server.stop()
}

const WORDS = { yardstick: 'decoding alone', parsing: 'decoding and parsing' }
const rate = (seconds: number) => `${Math.round(RECORDS / seconds / 1000)}k records per CPU second`

try {
  for (const shape of SHAPES) {
    const file = path.join(folder, shape.replace(' ', '-'))
    writeRequests(file, shape, RECORDS)
    // Decoding leaves a log that is text as it is, so there the parse that any reader needs is told as well.
    const yardsticks = shape === 'raw text' ? (['yardstick', 'parsing'] as const) : (['yardstick'] as const)
    const ratios = new Map<string, number[]>(yardsticks.map((which) => [which, []]))
    for (let round = 0; round < ROUNDS; round++) {
      const own = (await cpu('lacuna', file)) - (await cpu('lacuna'))
      say(`${shape}, round ${round + 1}: OTLP to alert ${rate(own)}`)
      for (const which of yardsticks) {
        const bare = (await cpu(which, file)) - (await cpu(which))
        say(`${shape}, round ${round + 1}: ${WORDS[which]} ${rate(bare)}`)
        ratios.get(which)?.push(bare / own)
      }
    }
    rmSync(file)
    for (const which of yardsticks) {
      const line = `OTLP to alert against ${WORDS[which]}, ${REQUEST} a request, ${shape}`
      say(`${line.padEnd(88)} ${median(ratios.get(which) ?? []).toFixed(2)}   (at least 0.7)`)
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
