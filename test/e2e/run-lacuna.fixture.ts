import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect } from 'vitest'

const LACUNA = fileURLToPath(new URL('../../packages/cli/bin/lacuna.js', import.meta.url))

/** Tells the peak memory of the process it is imported into, once that ends. */
const MEASURE = `import { writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync('max-rss', String(process.resourceUsage().maxRSS / 1024)))`

/** One line of standard output. */
export interface OutputLine {
  readonly timestamp: string
  readonly severity: string
  readonly event_name: string
  readonly body: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
}

/** One component's part of the accounting. */
export interface LedgerRow {
  readonly kind: string
  readonly id: string
  readonly pipeline?: string
  readonly in: number
  readonly created: number
  readonly out: number
  readonly consumed: number
  readonly dropped: Readonly<Record<string, number>>
  readonly noted: Readonly<Record<string, number>>
}

/** What a run left. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly cwd: string
  /** Standard output, line by line. */
  readonly lines: readonly OutputLine[]
  readonly alerts: readonly OutputLine[]
  /** Empty where the run did not come to write it. */
  readonly ledger: readonly LedgerRow[]
  /** Peak resident memory in MiB. */
  readonly maxRss: number
}

type Content = string | Uint8Array

/** How to run the command. */
export interface RunOptions {
  /** The configuration, written to `lacuna.yaml`. */
  readonly config: string
  /** Files beside it, by path. */
  readonly files?: Readonly<Record<string, Content>>
  readonly args?: readonly string[]
  readonly stdin?: Content
  readonly env?: Readonly<Record<string, string>>
}

/** A run that is under way. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Ended>
  readonly cwd: string
}

const directories: string[] = []
afterAll(() => {
  for (const path of directories) rmSync(path, { recursive: true, force: true })
})

/** A new directory with these files in it, gone after the test file. */
export function directory(files: Readonly<Record<string, Content>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'lacuna-e2e-'))
  directories.push(path)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return path
}

/** Starts `lacuna run` as a process in a directory of its own, or in `cwd`. */
export function start({ config, files, args = [], env }: RunOptions, cwd = directory(files)): Running {
  writeFileSync(join(cwd, 'lacuna.yaml'), config)
  writeFileSync(join(cwd, 'measure.mjs'), MEASURE)
  const command = ['--import', './measure.mjs', LACUNA, 'run', '--config', 'lacuna.yaml']
  const child = spawn(process.execPath, [...command, '--summary', 'summary.json', ...args], {
    cwd,
    env: { ...process.env, ...env },
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  // Whether the command still reads is not for its writer to say.
  child.stdin.on('error', () => {})
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      const stdout = Buffer.concat(out).toString()
      const lines = parseLines(stdout)
      resolve({
        code,
        stdout,
        stderr: Buffer.concat(err).toString(),
        cwd,
        lines,
        alerts: lines.filter((line) => line.event_name === 'lacuna.alert'),
        ledger: readLedger(join(cwd, 'summary.json')),
        maxRss: existsSync(join(cwd, 'max-rss'))
          ? Number(readFileSync(join(cwd, 'max-rss'), 'utf8'))
          : Number.NaN,
      })
    })
  })
  return { child, ended, cwd }
}

/** Runs the command to its end. */
export function run(options: RunOptions, cwd?: string): Promise<Ended> {
  const { child, ended } = start(options, cwd)
  child.stdin.end(options.stdin ?? '')
  return ended
}

/** Fails unless nothing got lost between any two components, and within each. */
export function expectBalanced({ ledger }: Ended): void {
  expect(ledger.length).toBeGreaterThan(0)
  for (const row of ledger) {
    const dropped = Object.values(row.dropped).reduce((sum, count) => sum + count, 0)
    const parts = { in: row.in, created: row.created, out: row.out, consumed: row.consumed, dropped }
    expect(row.in + row.created, `${row.id} ${JSON.stringify(parts)}`).toBe(row.out + row.consumed + dropped)
    for (const count of Object.values(parts)) expect(count).toBeGreaterThanOrEqual(0)
  }
}

/** The row of one component. */
export function rowOf({ ledger }: Ended, id: string): LedgerRow {
  const row = ledger.find((each) => each.id === id)
  if (row === undefined) throw new Error(`the accounting has no row for ${id}`)
  return row
}

/** What two alerts must agree in to be the same alert. */
export function facts({ timestamp, attributes }: OutputLine): string {
  const names = ['azure.resource.name', 'lacuna.alert.status', 'lacuna.alert.count'] as const
  const window = [attributes['lacuna.window.start'], attributes['lacuna.window.end']]
  return [...names.map((name) => String(attributes[name])), timestamp, ...window].join(' ')
}

/** The groups for which an episode opened, in the order of the output. */
export function opened({ alerts }: Ended): unknown[] {
  return alerts
    .filter(({ attributes }) => attributes['lacuna.alert.status'] === 'open')
    .map(({ attributes }) => attributes['azure.resource.name'])
}

function parseLines(stdout: string): OutputLine[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as OutputLine)
}

function readLedger(path: string): LedgerRow[] {
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  return text === '' ? [] : (JSON.parse(text) as { components: LedgerRow[] }).components
}
