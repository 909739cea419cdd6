import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The command as an operator starts it. */
export const LACUNA = fileURLToPath(new URL('../bin/lacuna.js', import.meta.url))

/** What a run of the command left. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A run of the command that is under way. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Ended>
  /** Resolves once standard output (or standard error) holds this text. */
  until(text: string, where?: 'stdout' | 'stderr'): Promise<void>
}

export interface LaunchOptions {
  readonly cwd: string
  readonly node?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Starts the command as a process; its standard input stays open. */
export function launch(args: readonly string[], { cwd, node, env }: LaunchOptions): Running {
  const child = spawn(node ?? process.execPath, [LACUNA, ...args], { cwd, env: { ...process.env, ...env } })
  const output = { stdout: '', stderr: '' }
  const waiting = new Set<() => void>()
  for (const where of ['stdout', 'stderr'] as const) {
    child[where].setEncoding('utf8').on('data', (text: string) => {
      output[where] += text
      for (const look of waiting) look()
    })
  }
  // Whether the command still reads is for the test to say.
  child.stdin.on('error', () => {})
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, ...output }))
  })
  return {
    child,
    ended,
    until: (text, where = 'stdout') =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!output[where].includes(text)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        ended.then(() => reject(new Error(`ended before ${text}: ${output.stderr}`)))
        look()
      }),
  }
}

/** Runs the command with nothing on standard input, to its end. */
export function lacuna(args: readonly string[], options: LaunchOptions): Promise<Ended> {
  const { child, ended } = launch(args, options)
  child.stdin.end()
  return ended
}

/** A new directory with these files in it. */
export function directory(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'lacuna-cli-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}

/** Lines of a file to standard output, as JSON. */
export const CONFIG = `receivers:
  file:
    include: [logs.ndjson]
    follow: false
exporters:
  stdout:
    format: json
service:
  pipelines:
    logs: { receivers: [file], exporters: [stdout] }
`
