import type { Clock, HrTime, Logger } from '@lacuna/sdk'
import { formatTime, LacunaError } from '@lacuna/sdk'
import type { Checkpoints } from '../checkpoint/index.ts'
import { closeAccount } from './account.ts'
import type { Delivery } from './delivery.ts'
import { asLacunaError } from './error-text.ts'
import type { Graph, Reader } from './graph.ts'
import { keepAlive } from './keep-alive.ts'
import { keepingOf } from './keeping.ts'
import { MINUTE, minuteLines } from './minute-line.ts'
import type { Pipeline } from './options.ts'
import type { Part } from './part.ts'
import { summarize } from './summary.ts'
import { TICK } from './ticker.ts'

/** Milliseconds that draining may take after a stop, unless the caller says otherwise (DESIGN, section 5). */
const DEADLINE = 30_000
/** Milliseconds that a timer can wait; a later deadline is none. */
const LONGEST = 2 ** 31 - 1
/** Milliseconds that the last checkpoint may take after the deadline. */
const LAST_WORDS = 5000

/** What the life of the pipelines needs beside the graph. */
export interface LifecycleOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal | undefined
}

/** Starts and stops what a graph holds, in the right order, and knows when it is over. */
export function createLifecycle(graph: Graph, { clock, logger, signal }: LifecycleOptions): Pipeline {
  const { lines, deliveries, readers } = graph
  const done = Promise.withResolvers<void>()
  // Whoever embeds the pipelines may not look at it; that must not end the process.
  done.promise.catch(() => {})
  const cutOff = Promise.withResolvers<void>()
  /** What to undo at the end: timers, listeners. */
  const cleanUp: (() => void)[] = []
  const watched = new Set<Reader>()
  const atEnd = new Set<Reader>()
  let started: HrTime = clock.now()
  let ended: HrTime | undefined
  let launching: Promise<void> | undefined
  let startup: Promise<void> | undefined
  let up = false
  let stopTicks: (() => void) | undefined
  let finishing: Promise<void> | undefined
  let stopping = false
  let failure: LacunaError | undefined
  let keeping: Checkpoints | undefined

  async function launch(): Promise<void> {
    await startEach(graph.extensions)
    if (stopping) return
    keeping = await keepingOf(graph, clock, logger)
    await startEach(graph.exporters)
    for (const delivery of deliveries) watchClosed(delivery)
    await startEach(graph.processors)
    if (stopping) return
    keeping?.restore()
    for (const line of lines) {
      const first = line.firstTick()
      // A queue that is full already keeps nobody from starting: what comes later waits behind the tick.
      if (keeping === undefined) await first
    }
    keeping?.replay()
    stopTicks = clock.every(TICK, () => {
      for (const line of lines) if (!line.over) void line.second()
    })
    cleanUp.push(clock.every(MINUTE, minuteLines(graph, logger)))
    for (const reader of readers) {
      if (stopping) return
      const starting = reader.part.start()
      watch(reader)
      await starting
      watch(reader)
    }
    keeping?.begin()
    up = true
    if (!stopping) graph.board.enter('running')
    check()
  }

  async function startEach(parts: readonly Part[]): Promise<void> {
    for (const part of parts) {
      if (stopping) return
      await part.start()
    }
  }

  /** Follows the receiver's `done`, which may be there only once it has started. */
  function watch(reader: Reader): void {
    const end = reader.receiver.done
    if (end === undefined || watched.has(reader)) return
    watched.add(reader)
    end.then(
      () => {
        if (!stopping) endInput(reader)
      },
      (error: unknown) => {
        if (stopping) return
        // What cannot go on after everything was read has come to its end, too: nothing more will be known.
        const { readToEnd } = reader.intake
        if (readToEnd) endInput(reader)
        fail(asLacunaError(error, reader.intake.id, 'receiver_failed'), readToEnd)
      },
    )
  }

  function endInput(reader: Reader): void {
    reader.intake.end()
    atEnd.add(reader)
    for (const line of reader.intake.lines) {
      const before = readers.filter(({ intake }) => intake.lines.includes(line))
      if (before.every((each) => atEnd.has(each))) void line.end().then(check)
    }
  }

  function watchClosed(delivery: Delivery): void {
    delivery.exporter.closed?.then(
      () => {
        delivery.end('closed')
        check()
      },
      (error: unknown) => {
        delivery.end('closed')
        fail(asLacunaError(error, delivery.id, 'exporter_failed'))
      },
    )
  }

  /** Ends what nothing comes of any more: all, or the receivers that are read for nobody. */
  function check(): void {
    if (!up || stopping) return
    if (lines.every((line) => line.over)) void finish()
    else
      for (const reader of readers)
        if (reader.intake.lines.every((line) => line.over))
          void stopReader(reader).then(() => endReader(reader))
  }

  function fail(error: LacunaError, patient = false): void {
    failure ??= error
    void finish()
    if (!patient) arm(DEADLINE)
  }

  function finish(): Promise<void> {
    stopping = true
    graph.board.enter('stopping', failure && `${failure.component ?? 'something'} failed; the log says why`)
    finishing ??= wind()
    return finishing
  }

  /** Winds everything down, from the receivers on. Every wait ends when time is over. */
  async function wind(): Promise<void> {
    stopTicks?.()
    await inTime(readers.map(stopReader))
    await inTime([launching?.catch(() => {})])
    await inTime(lines.map((line) => line.idle()))
    await inTime(deliveries.map((delivery) => delivery.drained()))
    await lastCheckpoint()
    await inTime(graph.processors.map((part) => part.stop()))
    // Only now has every receiver heard of all that was delivered.
    await inTime(readers.map((reader) => reader.ending.stop()))
    await inTime(graph.exporters.map((part) => part.stop()))
    await inTime(graph.extensions.map((part) => part.stop()))
    conclude()
  }

  async function inTime(waiting: readonly (Promise<void> | undefined)[]): Promise<void> {
    await Promise.race([Promise.all(waiting), cutOff.promise])
  }

  /** Saves what is left, also what the deadline has cut off; for that there is some time of its own. */
  async function lastCheckpoint(): Promise<void> {
    if (keeping === undefined) return
    const late = Promise.withResolvers<boolean>()
    let cancel: (() => void) | undefined
    void cutOff.promise.then(() => {
      cancel = clock.after(LAST_WORDS, () => late.resolve(false))
    })
    const saved = await Promise.race([keeping.last(), late.promise])
    cancel?.()
    const records = cutOffRecords()
    if (!saved)
      logger.error(
        { records },
        'the last state could not be saved: the next start goes on from the one before',
      )
    else if (records > 0)
      logger.info({ records }, 'what was not delivered is saved, and sent after the next start')
  }

  async function endReader(reader: Reader): Promise<void> {
    await keeping?.now()
    keeping?.forget(reader.intake.id)
    await reader.ending.stop()
  }

  async function stopReader({ part, intake }: Reader): Promise<void> {
    await part.stop()
    intake.close()
  }

  function conclude(): void {
    for (const undo of cleanUp) undo()
    for (const { intake } of readers) intake.close()
    for (const line of lines) for (const stage of line.stages) stage.close()
    for (const delivery of deliveries) delivery.close()
    for (const account of graph.accounts) if (account.kind !== 'receiver') closeAccount(account)
    ended = clock.now()
    if (failure === undefined) done.resolve()
    else done.reject(failure)
  }

  function arm(deadline: number): void {
    if (!(deadline > 0)) giveUp()
    else if (deadline <= LONGEST) cleanUp.push(clock.after(deadline, giveUp))
  }

  /** Time is over: what is not delivered is counted, and nobody is waited for any more. */
  function giveUp(): void {
    if (ended !== undefined) return
    for (const { intake } of readers) intake.abandon()
    for (const delivery of deliveries) delivery.end('deadline')
    for (const line of lines) line.abandon('deadline')
    keeping?.giveUp()
    cutOff.resolve()
    const left = cutOffRecords()
    if (left > 0) logger.warn({ records: left }, `the deadline has passed with ${left} records not delivered`)
  }

  function cutOffRecords(): number {
    return graph.accounts.reduce((sum, account) => sum + (account.dropped.get('deadline') ?? 0), 0)
  }

  async function stop({ deadline = DEADLINE }: { readonly deadline?: number } = {}): Promise<void> {
    if (ended !== undefined) return
    const finished = finish()
    arm(deadline)
    await finished
  }

  async function begin(): Promise<void> {
    if (stopping) {
      if (signal?.aborted) return
      throw new LacunaError('stopped', 'these pipelines have been stopped; build them anew to start again')
    }
    started = clock.now()
    cleanUp.push(keepAlive())
    launching = Promise.resolve().then(launch)
    try {
      await launching
    } catch (error) {
      failure ??= error instanceof LacunaError ? error : asLacunaError(error, 'lacuna', 'start_failed')
      await stop()
      throw error
    }
  }

  if (signal !== undefined) {
    const abort = () => void stop()
    signal.addEventListener('abort', abort)
    cleanUp.push(() => signal.removeEventListener('abort', abort))
    if (signal.aborted) abort()
  }

  return {
    start() {
      startup ??= begin()
      return startup
    },
    done: done.promise,
    stop,
    counters: () => ({
      started: formatTime(started),
      ended: ended === undefined ? null : formatTime(ended),
      components: graph.accounts.map(summarize),
    }),
  }
}
