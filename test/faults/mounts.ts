import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Why no small file system can be mounted here; `undefined` when one can. */
export function whyNoMounts(): string | undefined {
  if (process.platform !== 'linux') return 'a tmpfs can be mounted on Linux only'
  const directory = mkdtempSync(path.join(tmpdir(), 'lacuna-mount-'))
  try {
    mountSmall(directory, 1)
    unmount(directory)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    rmdirSync(directory)
  }
}

/** Why the limits of a running process cannot be changed here; `undefined` when they can. */
export function whyNoLimits(): string | undefined {
  const { status } = spawnSync('prlimit', ['--pid', String(process.pid), '--fsize'])
  return status === 0 ? undefined : 'prlimit (util-linux) is not there'
}

/** A file system of so many MiB. */
export function mountSmall(directory: string, mebibytes: number): void {
  run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'lacuna-faults', directory])
}

export function remount(directory: string, how: 'ro' | 'rw'): void {
  run('mount', ['-o', `remount,${how}`, directory])
}

export function unmount(directory: string): void {
  run('umount', ['-l', directory])
}

/** Every write beyond this byte of any file fails from now on (EFBIG); the hard limit stays as it was. */
export function limitFileSize(pid: number, bytes: number | 'unlimited'): void {
  run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status === 0) return
  throw new Error(`${command} is not possible here: ${(error?.message ?? stderr).trim()}`)
}
