import type { Clock, Ledger, Logger, Storage } from '@lacuna/sdk'
import { errorText } from '../pipeline/error-text.ts'
import type { Graph } from '../pipeline/graph.ts'
import { rateLimited } from '../pipeline/rate-limited.ts'
import { type ChangeSet, changeSet } from './change-set.ts'
import { noteComponents } from './components.ts'
import { deliveredAlerts } from './delivered-alerts.ts'
import type { CutPart, Participant } from './part.ts'
import { passages } from './passages.ts'
import { replay } from './replay.ts'
import { atRest } from './rest.ts'
import { savedQueue } from './saved-queue.ts'
import { savedSources } from './saved-sources.ts'
import { savedState } from './saved-state.ts'
import { inSlices } from './slices.ts'
import { soonWriter } from './soon-writer.ts'
import { spaceOf } from './spaces.ts'
import { writeAhead } from './write-ahead.ts'

/** Milliseconds after which a checkpoint is made though only time has passed. */
const IDLE = 60_000
/**
 * Milliseconds until the first checkpoint, that soon because until there is one a receiver that was killed knows nothing of
 * what it had begun to read.
 */
const FIRST = 100

/** Saves what the pipelines know, and takes it back. */
export interface Checkpoints {
  /** Takes back state, positions and queues. Processors and exporters have started, receivers not. */
  restore(): void
  /** Hands on what was accepted and not taken in. */
  replay(): void
  /** Every receiver has started: sources that are not there any more are closed. */
  begin(): void
  /** Makes a checkpoint now, or waits for the one that is being made. */
  now(): Promise<void>
  /** The receiver hears of nothing any more. */
  forget(receiver: string): void
  /** Nobody is waited for any more. */
  giveUp(): void
  /** Makes the last checkpoint. Resolves to whether all there is was saved. Where nothing began, nothing is to be. */
  last(): Promise<boolean>
}

/** What {@link createCheckpoints} needs beside the graph. */
export interface CheckpointOptions {
  readonly storage: Storage
  readonly clock: Clock
  /** Of the storage extension. */
  readonly logger: Logger
  readonly ledger: Ledger
  /** A logger with the names of a processor. */
  readonly loggerOf: (pipeline: string, processor: string) => Logger
}

/** Makes {@link Checkpoints} for a graph none of whose receivers has started. */
export function createCheckpoints(graph: Graph, options: CheckpointOptions): Checkpoints {
  const { storage, clock, logger, ledger } = options
  const { lines, deliveries, readers } = graph
  const failures = rateLimited(clock)
  const rest = atRest(lines, clock, logger)
  let changes: ChangeSet = changeSet()
  let ready = false
  let running: Promise<boolean> | undefined
  let stopTimer: (() => void) | undefined
  let seen = -1
  let savedAt = Number.NEGATIVE_INFINITY

  function failed(error: unknown): void {
    ledger.noted('commit_failed', 1)
    failures.say((times) => {
      const fields = { error: errorText(error), times }
      logger.error(
        fields,
        `nothing could be saved, which is tried again; until then no position is committed: ${fields.error}`,
      )
    })
  }

  const soon = soonWriter(storage, clock, failed)
  const ahead = writeAhead(storage, failed)
  const followed = readers.map(({ intake }) => ({ intake, passages: passages(intake, ahead) }))
  const sources = lines.map(savedSources)
  const states = lines.flatMap((line) =>
    line.stages.flatMap((stage) => {
      const logger = options.loggerOf(line.id, stage.id)
      const id = `${line.id}/${stage.id}`
      const state = savedState({ id, processor: stage.processor, logger })
      return state === undefined ? [] : [{ id, state }]
    }),
  )
  const queues = deliveries.map(savedQueue)
  // The batches first: what they leave for later is written down behind them.
  const participants: readonly Participant[] = [
    ...followed.map((each) => each.passages),
    { cut: (changes) => void ahead.cut(changes) },
    ...sources,
    ...states.map((each) => each.state),
    ...queues,
  ]

  /** A number that is another one when there may be something to save. */
  function revision(): number {
    let sum = 0
    for (const line of lines) sum += line.revision
    for (const { account } of deliveries) sum += account.in + account.out + account.settled()
    return sum
  }

  function cut(): readonly CutPart[] {
    seen = revision()
    savedAt = clock.monotonic()
    return participants.flatMap((participant) => participant.cut(changes) ?? [])
  }

  async function checkpointOrFail(): Promise<boolean> {
    try {
      return await checkpoint()
    } catch (error) {
      failed(error)
      return false
    }
  }

  /** Whether all that there was at the cut is saved. */
  async function checkpoint(): Promise<boolean> {
    const parts = await rest.take(cut)
    if (parts === undefined) return false
    await inSlices(stepsOf(parts), clock)
    if (changes.size > 0) {
      const taken = changes
      changes = changeSet()
      try {
        await storage.commit(taken)
      } catch (error) {
        changes.restore(taken)
        seen = -1
        throw error
      }
    }
    for (const part of parts) part.durable?.()
    return true
  }

  function run(): Promise<boolean> {
    running ??= checkpointOrFail().finally(() => {
      running = undefined
    })
    return running
  }

  function due(): void {
    if (running !== undefined) return
    if (revision() === seen && clock.monotonic() - savedAt < IDLE) return
    void run()
  }

  return {
    restore() {
      const spaces = [
        ...states.map(({ id }) => spaceOf('state', id)),
        ...readers.map(({ intake }) => spaceOf('positions', intake.id)),
        ...deliveries.map(({ id }) => spaceOf('queue', id)),
      ]
      noteComponents(storage, spaces, logger, changes)
      for (const { state } of states) state.restore(storage, changes)
      for (const each of sources) each.restore(storage)
      for (const { intake, passages } of followed) {
        for (const [source, position] of storage.entries(spaceOf('positions', intake.id)))
          passages.restore(source, Buffer.from(position).toString())
        intake.keep(passages)
      }
      let records = 0
      deliveries.forEach((delivery, index) => {
        const { write } = soon
        delivery.keep(deliveredAlerts({ exporter: delivery.id, storage, clock, write }))
        records += queues[index]?.restore(storage, changes).records ?? 0
      })
      if (records > 0) logger.info({ records }, `${records} records that were not delivered are sent now`)
      ready = true
    },

    replay() {
      const records = replay({ storage, followed, ahead, changes, logger })
      if (records > 0) logger.info({ records }, `${records} records that were accepted are taken in now`)
      const stopFirst = clock.after(Math.min(FIRST, storage.interval), due)
      const stopEvery = clock.every(storage.interval, due)
      stopTimer = () => {
        stopFirst()
        stopEvery()
      }
    },

    begin() {
      for (const line of lines) {
        const here = followed.filter(({ intake }) => intake.lines.includes(line))
        for (const source of line.sources.values())
          if (source.finite && !here.some(({ intake }) => intake.sources.has(source.id)))
            line.sourceClosed(source, 'ended')
      }
    },

    async now() {
      if (!ready) return
      await running
      await run()
    },

    forget(receiver) {
      for (const { intake, passages } of followed) if (intake.id === receiver) passages.end()
    },

    giveUp: () => rest.giveUp(),

    async last() {
      stopTimer?.()
      if (!ready) return true
      await running
      const saved = await run()
      await soon.flush()
      failures.flush()
      return saved
    },
  }
}

function* stepsOf(parts: readonly CutPart[]): Generator<unknown> {
  for (const { rest } of parts) if (rest !== undefined) yield* rest
}
