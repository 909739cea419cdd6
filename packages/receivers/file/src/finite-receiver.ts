import { LacunaError, type Receiver, type ReceiverHost } from '@lacuna/sdk'
import type { FileConfig } from './config.ts'
import { delivery } from './deliver.ts'
import { type Found, findInputs } from './find-inputs.ts'
import { type InputFailure, shown, unreadable } from './input.ts'
import { HEAD } from './open-input.ts'
import { type ReadAll, readByTime, readInTurn } from './read-all.ts'
import type { Reading, ReadingOptions } from './reading.ts'
import { finiteReadings } from './resume.ts'
import { MAX_BATCH, type Tuning } from './tuning.ts'

/** Bytes read at a time; an asynchronous read costs the same for few. */
const CHUNK = 2 ** 20
/** Bytes of buffers for all files that are merged, whatever their number; the decoded text takes as much again. */
const MERGE_CHUNKS = 8 * 2 ** 20
/** Files that can be merged by time: each is open all the while, and 1,024 is the usual limit of a process. */
const MERGE_LIMIT = 1000
/** Lines in the log about files that cannot be read; `done` counts the rest. */
const LOGGED_FAILURES = 10

/**
 * Reads the files once, to their end: from their beginning, or from where the last run ended.
 *
 * `start` rejects with `no_input`, `unreadable_input` or `too_many_files`. A file that fails is told in the
 * log and the ledger, the others are read, and then `done` rejects with `unreadable_input`. After a `stop`
 * `done` stays open: the input has not ended.
 */
export function finiteReceiver(config: FileConfig, host: ReceiverHost, tuning: Tuning): Receiver {
  const done = Promise.withResolvers<void>()
  // Whoever embeds the receiver may not look at it; that must not end the process.
  done.promise.catch(() => {})
  const delivering = delivery(host)
  const failures: InputFailure[] = []
  let readings: Reading[] = []
  let running: Promise<void> = Promise.resolve()
  let stopped = false

  function fail(failure: InputFailure, note: string): void {
    failures.push(failure)
    host.ledger.noted(note, 1)
    if (failures.length <= LOGGED_FAILURES)
      host.logger.error({ path: failure.path }, `cannot read ${shown(failure.path)}: ${failure.reason}`)
  }

  async function run(read: () => Promise<void>, files: number): Promise<void> {
    try {
      await read()
      if (stopped) return
      if (failures.length > 0) done.reject(unreadable(host.id, failures, files))
      else done.resolve()
    } catch (error) {
      done.reject(error)
    } finally {
      await Promise.all(readings.map((each) => each.close()))
    }
  }

  async function start(): Promise<void> {
    if (stopped) return
    const cwd = tuning.cwd ?? process.cwd()
    const found = await findInputs(config.include, config.exclude, cwd)
    if (stopped) return
    refuseNothing(host.id, config, found, cwd)
    for (const pattern of found.unmatched)
      host.logger.warn({ pattern }, `no file matches ${shown(pattern)}; the others are read`)
    for (const failure of found.failures) fail(failure, 'unreadable_file')

    const merge = host.ordered && found.inputs.length > 1
    const limit = tuning.mergeLimit ?? MERGE_LIMIT
    if (merge && found.inputs.length > limit)
      throw new LacunaError(
        'too_many_files',
        `${found.inputs.length} files match, and at most ${limit} can be read together in the order of time; ` +
          'narrow include, or join files that follow each other',
        { component: host.id },
      )

    const share = Math.floor(MERGE_CHUNKS / found.inputs.length)
    const chunk = Math.max(HEAD, tuning.chunkBytes ?? (merge ? Math.min(CHUNK, share) : CHUNK))
    // Files that are read in turn can have the same buffer: a new one for each would pile up as garbage.
    const shared = Buffer.allocUnsafeSlow(chunk)
    const options: ReadingOptions = {
      buffer: merge ? () => Buffer.allocUnsafeSlow(chunk) : () => shared,
      maxLineBytes: config.max_line_bytes,
      clock: host.clock,
      ledger: host.ledger,
      logger: host.logger,
      stdin: tuning.stdin ?? (() => process.stdin),
    }
    readings = await finiteReadings(found.inputs, config, host, cwd, options)
    if (stopped) return
    for (const { source } of readings) host.sourceOpened(source)

    const all: ReadAll = {
      host,
      readings,
      deliver: delivering.deliver,
      fail,
      stopped: () => stopped,
      skip: config.start_at === 'end',
      maxBatch: tuning.maxBatch ?? MAX_BATCH,
    }
    running = run(() => (merge ? readByTime(all) : readInTurn(all)), readings.length + found.failures.length)
  }

  return {
    done: done.promise,
    start,
    async stop() {
      stopped = true
      delivering.stop()
      // What waits for bytes of a pipe is woken by closing it.
      await Promise.all(readings.map((each) => each.close()))
      await running
    },
  }
}

/** Throws when there is nothing at all to read. */
function refuseNothing(component: string, config: FileConfig, found: Found, cwd: string): void {
  if (found.inputs.length > 0) return
  const absent = found.failures.every((failure) => failure.missing === true)
  if (!absent) throw unreadable(component, found.failures, found.failures.length)
  const wanted = config.include.map(shown).join(', ')
  const message =
    found.excluded > 0
      ? `exclude leaves out every file that matches ${wanted} (${found.excluded} of them)`
      : `no file matches ${wanted} (paths are relative to ${shown(cwd)})`
  throw new LacunaError('no_input', message, { component })
}
