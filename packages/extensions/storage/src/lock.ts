import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { DatabaseSync } from 'node:sqlite'
import type { Layout } from './layout.ts'
import { StorageProblem } from './problem.ts'

/** The storage is this process's until `release`, or until the process ends in whatever way. */
export interface Lock {
  release(): void
}

/** What the holder writes down for people. */
interface Holder {
  readonly pid: number
  readonly host: string
  readonly since: string
}

/**
 * Takes the storage for this process.
 *
 * A lock of the kernel (`fcntl`), because only that is gone by itself when its holder is, and holds between processes
 * that cannot see each other: in two containers a pid, a socket or a network name says nothing. Node has no call for
 * it; the SQLite in Node takes exactly this lock on an empty file that nothing is ever written to. Databases do it so
 * (SQLite itself, RocksDB, Prometheus, Lucene); those that keep a pid in a file (PostgreSQL) have containers as their
 * known trouble.
 *
 * It does not hold between two machines, or a machine and its virtual machine, on a shared directory whose file system
 * keeps locks to itself (NFS without lockd, some 9p and FUSE mounts).
 *
 * @throws StorageProblem `storage_locked`, with who has it
 */
export function acquireLock(layout: Layout): Lock {
  createEmpty(layout.lock)
  const database = openQuietly(layout.lock)
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    // SQLITE_BUSY
    if (errorNumber(error) !== 5) throw error
    throw new StorageProblem(
      'storage_locked',
      `${layout.directory} is in use by ${describeHolder(layout)}`,
      error,
    )
  }
  const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() }
  try {
    writeFileSync(layout.holder, `${JSON.stringify(holder)}\n`, { mode: 0o600 })
  } catch (error) {
    database.close()
    throw error
  }
  let held = true
  return {
    release() {
      if (!held) return
      held = false
      rmSync(layout.holder, { force: true })
      database.close()
    },
  }
}

/** `process 4711 on web-3 since 2026-09-14T09:21:10.000Z`. The file is old when its writer was killed; the lock is not. */
function describeHolder({ holder }: Layout): string {
  try {
    const { pid, host, since }: Partial<Record<keyof Holder, unknown>> = JSON.parse(
      readFileSync(holder, 'utf8'),
    )
    if (pid === process.pid && host === hostname()) return 'this process already'
    return `another Lacuna: process ${Number(pid)} on ${JSON.stringify(String(host)).slice(1, 80)} since ${String(since).slice(0, 30)}`.replaceAll(
      '"',
      '',
    )
  } catch {
    return 'another process'
  }
}

/**
 * For nobody else to read. Only where there is none: to open and close a file that this process has locked would
 * give up its lock.
 */
function createEmpty(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

/** That Node 22 calls its SQLite an experiment is nothing for an operator to act on. */
function openQuietly(path: string): DatabaseSync {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    const sqlite = process.getBuiltinModule('node:sqlite')
    return new sqlite.DatabaseSync(path)
  } finally {
    process.emitWarning = emitWarning
  }
}

function errorNumber(error: unknown): unknown {
  return error instanceof Error && 'errcode' in error ? error.errcode : undefined
}
