import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** A process that uses a storage, and says each thing on a line. */
export interface StorageProcess {
  readonly child: ChildProcessByStdio<null, Readable, null>
  readonly lines: string[]
  /** Resolves once a line matches, rejects when the process ends first. */
  until(pattern: RegExp): Promise<string>
  readonly ended: Promise<number | null>
}

/** Starts `storage-process.fixture.ts`, by another command where one is given. */
export function startProcess(
  directory: string,
  task: 'hold' | 'count',
  prefix: readonly string[] = [],
): StorageProcess {
  const script = fileURLToPath(new URL('./storage-process.fixture.ts', import.meta.url))
  const command = [...prefix, process.execPath, '--conditions=source', script, directory, task]
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const looking = new Set<() => void>()
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
    for (const look of looking) look()
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    child,
    lines,
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const line = lines.find((each) => pattern.test(each))
          if (line !== undefined) resolve(line)
        }
        looking.add(look)
        void ended.then(() => reject(new Error(`ended before ${pattern}: ${lines.slice(-3).join(' / ')}`)))
        look()
      }),
  }
}
