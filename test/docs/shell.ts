import { spawn } from 'node:child_process'
import { ROOT } from './options-table.ts'

/** What a command left. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line as a reader would, from the root of the repository. */
export function shell(line: string): Promise<Ended> {
  return run('bash', ['-o', 'pipefail', '-c', line])
}

/** Runs the `lacuna` command. */
export function lacuna(...args: string[]): Promise<Ended> {
  return run(process.execPath, ['packages/cli/bin/lacuna.js', ...args])
}

export function run(command: string, args: readonly string[], cwd = ROOT): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}
