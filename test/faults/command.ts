import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const LACUNA = path.resolve(import.meta.dirname, '../../packages/cli/bin/lacuna.js')
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** One component's part of the accounting. */
export interface LedgerRow {
  readonly kind: string
  readonly id: string
  readonly in: number
  readonly created: number
  readonly out: number
  readonly consumed: number
  readonly dropped: Readonly<Record<string, number>>
}

/** One process of the command, from its start to its end. Times are those of `performance.now()`. */
export interface Life {
  readonly number: number
  readonly pid: number
  readonly started: number
  /** `undefined` while it runs. */
  readonly ended: number | undefined
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The signal that the harness has sent, if any. */
  readonly sent: NodeJS.Signals | undefined
  readonly stderr: string
  /** When it was stopped and went on, for whoever asks how long it could work. */
  readonly pauses: (readonly [from: number, to: number])[]
  /** Ends it, and resolves once it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Sends another SIGTERM, which ends it at once. */
  hurry(): void
  /** Whether it was told twice. */
  readonly hurried: boolean
  /** Stops it for some milliseconds. */
  pause(millis: number): Promise<void>
  /** Resolves to whether it ended by itself in this time. */
  gone(millis: number): Promise<boolean>
  /** The accounting that it has left, if it ended in order. */
  ledger(): readonly LedgerRow[]
}

/** Milliseconds that a stop in order may take on a busy machine. */
const PATIENCE = 45_000

/** Starts `lacuna run` in a directory with a `lacuna.yaml`. */
export function launch(cwd: string, number: number, options: LaunchOptions = {}): Life {
  const { args = [], preload, env } = options
  const summary = `summary-${number}.json`
  const node = preload === undefined ? [] : ['--import', preload]
  const child = spawn(
    process.execPath,
    [...node, LACUNA, 'run', '--config', 'lacuna.yaml', '--summary', summary, ...args],
    {
      cwd,
      env: { ...process.env, LACUNA_LIFE: String(number), ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  running.add(child)
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-200_000)
    appendFileSync(path.join(cwd, `stderr-${number}.log`), text)
  })
  const over = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      running.delete(child)
      Object.assign(life, { ended: performance.now(), code, signal })
    })
    child.once('close', () => resolve())
  })
  const pauses: [number, number][] = []
  const life = {
    number,
    pid: child.pid ?? -1,
    started: performance.now(),
    ended: undefined as number | undefined,
    code: null as number | null,
    signal: null as NodeJS.Signals | null,
    sent: undefined as NodeJS.Signals | undefined,
    pauses,
    get stderr() {
      return stderr
    },
    async end(signal: 'SIGKILL' | 'SIGTERM') {
      if (life.ended !== undefined) return
      life.sent = signal
      child.kill(signal)
      if (await life.gone(PATIENCE)) return
      stderr += `\nharness: still running ${PATIENCE} ms after ${signal}\n`
      child.kill('SIGKILL')
      await over
    },
    hurried: false,
    hurry() {
      life.hurried = true
      child.kill('SIGTERM')
    },
    async pause(millis: number) {
      const from = performance.now()
      child.kill('SIGSTOP')
      await wait(millis)
      child.kill('SIGCONT')
      pauses.push([from, performance.now()])
    },
    async gone(millis: number) {
      const stop = new AbortController()
      const late = wait(millis, false, { signal: stop.signal }).catch(() => false)
      const gone = await Promise.race([over.then(() => true), late])
      stop.abort()
      return gone
    },
    ledger: () => readLedger(path.join(cwd, summary)),
  }
  return life
}

/** How to start it. */
export interface LaunchOptions {
  readonly args?: readonly string[]
  /** A module to load first. */
  readonly preload?: string
  readonly env?: Readonly<Record<string, string>>
}

function readLedger(file: string): readonly LedgerRow[] {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  return text === '' ? [] : (JSON.parse(text) as { components: LedgerRow[] }).components
}
