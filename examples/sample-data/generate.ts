#!/usr/bin/env node
import { createWriteStream } from 'node:fs'
import { basename } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { bulk } from './src/bulk.ts'
import { day } from './src/day.ts'
import { type Options, readOptions, USAGE, UsageError } from './src/options.ts'

const SAMPLE = fileURLToPath(new URL('sample/azure-openai-day.ndjson', import.meta.url))

async function run(options: Options): Promise<void> {
  if (options.scenario === 'help') return write('-', [USAGE])
  if (options.scenario === 'bulk') return write(options.out, bulk(options))

  const out = options.out ?? SAMPLE
  const { text, truth } = day(options.seed, out === '-' ? undefined : basename(out))
  await write(out, [text])
  if (out === '-') return
  await write(`${out.replace(/\.ndjson$/, '')}.truth.json`, [`${JSON.stringify(truth, null, 1)}\n`])
}

/** `pipeline` asks for the next chunk only when the last one has gone out, so memory stays flat. */
async function write(out: string, chunks: Iterable<string>): Promise<void> {
  const to: Writable = out === '-' ? process.stdout : createWriteStream(out)
  await pipeline(Readable.from(chunks, { objectMode: true, highWaterMark: 2 }), to, { end: out !== '-' })
}

try {
  await run(readOptions(process.argv.slice(2)))
} catch (error) {
  // Whoever reads our output has enough, as in `generate.ts ... | head`.
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'EPIPE') {
    process.stderr.write(`generate: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}
