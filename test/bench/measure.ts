import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** What a process took: CPU seconds of all its threads, peak resident MiB, wall seconds. */
export interface Usage {
  readonly cpu: number
  readonly memory: number
  readonly wall: number
}

const hook = path.join(import.meta.dirname, 'usage.ts')

/** Runs a Node program to its end. */
export async function measure(args: readonly string[]): Promise<Usage> {
  const file = path.join(tmpdir(), `lacuna-bench-${process.pid}.json`)
  const started = performance.now()
  const code = await new Promise<number | null>((resolve) => {
    const env = { ...process.env, BENCH_USAGE: file, LACUNA_BUILT: '1' }
    const child = spawn(process.execPath, ['--import', hook, ...args], {
      env,
      stdio: ['ignore', 'ignore', 'ignore'],
    })
    child.once('exit', resolve)
  })
  const wall = (performance.now() - started) / 1000
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  const usage = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(file)
  return { ...usage, wall }
}

/** The median of a list. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
