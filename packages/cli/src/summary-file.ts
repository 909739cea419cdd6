import { randomUUID } from 'node:crypto'
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Summary } from '@lacuna/runtime'
import { UsageError } from './usage-error.ts'

/** Where the accounting of a run goes. */
export interface SummaryFile {
  /** Writes it as JSON, whole or not at all. */
  write(summary: Summary): void
}

/**
 * Finds out whether a file can be written, before a run of hours ends with nowhere to put its accounting.
 *
 * @throws UsageError when it cannot be
 */
export function openSummaryFile(path: string): SummaryFile {
  try {
    const target = targetOf(path)
    // A device or a pipe is written to; a file is replaced, so that no reader ever sees half of it.
    if (target.special) {
      closeSync(openSync(target.path, 'r+'))
      return { write: (summary) => writeFileSync(target.path, asText(summary)) }
    }
    const beside = () => join(dirname(target.path), `.${basename(target.path)}.${randomUUID()}.tmp`)
    const probe = beside()
    closeSync(openSync(probe, 'wx'))
    rmSync(probe)
    return { write: (summary) => replace(target.path, beside(), asText(summary)) }
  } catch (error) {
    throw new UsageError(`cannot write --summary ${path}: ${reason(error)}`, { cause: error })
  }
}

interface Target {
  readonly path: string
  readonly special: boolean
}

function targetOf(path: string): Target {
  const absolute = resolve(path)
  const stats = statSync(absolute, { throwIfNoEntry: false })
  if (stats === undefined) return { path: absolute, special: false }
  if (stats.isDirectory()) throw new Error('it is a directory')
  // A link stays a link: what it points to is replaced.
  return stats.isFile() ? { path: realpathSync(absolute), special: false } : { path: absolute, special: true }
}

function replace(path: string, temporary: string, text: string): void {
  try {
    writeFileSync(temporary, text, { flag: 'wx' })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

function asText(summary: Summary): string {
  return `${JSON.stringify(summary, null, 2)}\n`
}

/** `ENOENT: no such file or directory, open '/x/y'` without the name that was made up. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/^[A-Z]+: /, '').replace(/, \w+ '.*$/s, '')
}
