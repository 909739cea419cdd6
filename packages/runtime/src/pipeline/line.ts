import type { Batch, LogRecord, Processor, Source, SourceClosed, Tick } from '@lacuna/sdk'
import type { Delivery } from './delivery.ts'
import type { Passage } from './passage.ts'
import type { Stage } from './stage.ts'
import type { Ticker } from './ticker.ts'
import { createTurns } from './turns.ts'
import { allDone, type Waiting, whenDone } from './waiting.ts'

/** One pipeline at work: its processors in their order, and the queues of its exporters. */
export interface Line {
  readonly id: string
  readonly stages: readonly Stage[]
  readonly deliveries: readonly Delivery[]
  /** Whether a processor changes records in place. */
  readonly mutates: boolean
  /** Whether nothing comes of it any more: all of its exporters have closed, or its input has ended. */
  readonly over: boolean
  /** Records that came in, and that left for the exporters. */
  readonly in: number
  readonly out: number
  /**
   * Takes a batch; done when every exporter has accepted what came of it. Never rejects.
   *
   * @param passage told how far it has come
   */
  consume(batch: Batch, passage?: Passage): Waiting
  sourceOpened(source: Source): void
  sourceClosed(source: Source, reason: SourceClosed): void
  /** Tells the processors the time for the first time. */
  firstTick(): Waiting
  /** A second is over: the processors are told, unless a batch is under way. */
  second(): Waiting
  /** Its whole input has ended: what is still open in its processors is told. */
  end(): Promise<void>
  /** Counts records that never reached its processors as dropped. */
  refuse(count: number, reason: string): void
  /** Says that a receiver before it waits to hand on a batch, until {@link Line.release}. */
  hold(): void
  release(): void
  /** Resolves once nothing is under way. */
  idle(): Promise<void>
  /** Gives up all that has not reached an exporter's queue. */
  abandon(reason: string): void
  /** What its processors believe to be open. */
  readonly sources: ReadonlyMap<string, Source>
  /** Counts what may have changed the state of its processors; time alone does not. */
  readonly revision: number
  /** Whether an asynchronous processor has a batch: then what its processors hold does not belong together. */
  readonly inside: boolean
  /** Whether a batch was taken from an asynchronous processor for good: its processors never agree again. */
  readonly torn: boolean
  /** Calls back each time when it has just come to rest after {@link Line.inside}. */
  onRest(callback: () => void): void
  /** Begins nothing new until {@link Line.resume}. What is under way goes on. */
  pause(): void
  resume(): void
  /** Takes back what an earlier run's processors believed to be open. */
  takeBack(sources: Iterable<Source>): void
}

type Call = (processor: Processor) => LogRecord[] | undefined

/** Puts a {@link Line} together. */
export function createLine(
  id: string,
  stages: readonly Stage[],
  deliveries: readonly Delivery[],
  ticker: Ticker,
): Line {
  const turns = createTurns()
  let held = 0
  let ended = false
  let abandoned: string | undefined
  let cameIn = 0
  let wentOut = 0
  const sources = new Map<string, Source>()
  let revision = 0
  /** Asynchronous calls that have not returned. */
  let calls = 0
  let torn = false
  let atRest: (() => void) | undefined
  let gate: PromiseWithResolvers<void> | undefined

  const dead = () => deliveries.length > 0 && deliveries.every((delivery) => delivery.dead)

  /** Hands records to every exporter's queue, and waits for those that are full. */
  function deliver(records: readonly LogRecord[]): Waiting {
    wentOut += records.length
    let waiting: Promise<void>[] | undefined
    for (const delivery of deliveries) {
      const full = delivery.push(records)
      if (full === undefined) continue
      waiting ??= []
      waiting.push(full)
    }
    return allDone(waiting)
  }

  /** Sends a batch through the processors from `first` on. */
  function pass(batch: Batch, first: number, passage: Passage | undefined): Waiting {
    let current = batch
    for (let index = first; index < stages.length; index++) {
      const stage = stages[index]
      if (stage === undefined || current.records.length === 0) break
      const given = stage.process(current)
      if (!Array.isArray(given)) return passLater(given, current, index, passage)
      current = withRecords(current, given)
    }
    const waiting = current.records.length === 0 ? undefined : deliver(current.records)
    passage?.passed(line)
    return waiting
  }

  async function passLater(
    given: Promise<LogRecord[]>,
    batch: Batch,
    index: number,
    passage: Passage | undefined,
  ): Promise<void> {
    calls++
    const records = await given
    let waiting: Waiting
    if (abandoned === undefined) waiting = pass(withRecords(batch, records), index + 1, passage)
    else refuse(records.length, abandoned, index + 1)
    calls--
    if (calls === 0) atRest?.()
    await waiting
  }

  /** Asks every processor in turn; what one gives has left the pipeline before the next is asked. */
  function ask(call: Call, source: Source | undefined, first = 0): Waiting {
    for (let index = first; index < stages.length; index++) {
      const stage = stages[index]
      if (stage === undefined || abandoned !== undefined) return undefined
      const records = stage.emit(call)
      if (records.length === 0) continue
      revision++
      const waiting =
        source === undefined
          ? passOwn(records, stage, index + 1)
          : pass({ source, records }, index + 1, undefined)
      if (waiting !== undefined) return waiting.then(() => ask(call, source, index + 1))
    }
    return undefined
  }

  /**
   * Sends on records that no batch brought. They come from a source of the processor's own, which those behind
   * see opened and closed around them, so that it never holds their event time back.
   */
  function passOwn(records: LogRecord[], stage: Stage, next: number): Waiting {
    const source = { id: `processor:${id}/${stage.id}`, finite: true }
    const batch = { source, records }
    if (next >= stages.length) return pass(batch, next, undefined)
    ask(opened(source), source, next)
    const waiting = pass(batch, next, undefined)
    if (waiting === undefined) return ask(closed(source, 'ended'), source, next)
    sources.set(source.id, source)
    return waiting.then(() => leave(source, 'ended', next))
  }

  /** Tells the processors from `first` on that a source is gone. */
  function leave(source: Source, reason: SourceClosed, first = 0): Waiting {
    revision++
    return whenDone(ask(closed(source, reason), source, first), () => {
      if (abandoned === undefined) sources.delete(source.id)
      return undefined
    })
  }

  const tell = (tick: Tick) => ask((processor) => processor.tick?.(tick), undefined)

  function take(batch: Batch, passage: Passage | undefined): Waiting {
    if (abandoned === undefined && dead()) {
      passage?.skipped(line)
      return undefined
    }
    const tick = ticker.missed()
    return tick === undefined ? begin(batch, passage) : whenDone(tell(tick), () => begin(batch, passage))
  }

  function begin(batch: Batch, passage: Passage | undefined): Waiting {
    const { length } = batch.records
    cameIn += length
    revision++
    if (abandoned === undefined) return pass(batch, 0, passage)
    refuse(length, abandoned)
    return undefined
  }

  /** Does a job when it may begin. */
  const enter = (job: () => Waiting): Waiting => (gate === undefined ? job() : gate.promise.then(job))

  /** Counts records where they would have come in: at this processor, or at every exporter. */
  function refuse(count: number, reason: string, at = 0): void {
    const next = stages[at]
    if (next !== undefined) next.refuse(count, reason)
    else for (const delivery of deliveries) delivery.refuse(count, reason)
  }

  const line: Line = {
    id,
    stages,
    deliveries,
    mutates: stages.some((stage) => stage.processor.mutates === true),
    get over() {
      return ended || dead()
    },
    get in() {
      return cameIn
    },
    get out() {
      return wentOut
    },
    consume: (batch, passage) =>
      turns.take(
        () => (gate === undefined ? take(batch, passage) : gate.promise.then(() => take(batch, passage))),
        () => refuse(batch.records.length, abandoned ?? 'deadline'),
      ),
    sourceOpened(source) {
      void turns.take(() => {
        sources.set(source.id, source)
        revision++
        return ask(opened(source), source)
      })
    },
    sourceClosed(source, reason) {
      void turns.take(() => enter(() => leave(source, reason)))
    },
    firstTick: () => turns.take(() => enter(() => tell(ticker.first()))),
    second() {
      const tick = ticker.second(turns.busy || held > 0)
      return tick === undefined ? undefined : turns.take(() => enter(() => tell(tick)))
    },
    async end() {
      await turns.take(() =>
        enter(() => {
          revision++
          return dead() ? undefined : ask((processor) => processor.flush?.(), undefined)
        }),
      )
      ended = true
    },
    refuse: (count, reason) => refuse(count, reason),
    hold() {
      held++
    },
    release() {
      held--
    },
    idle: () => turns.idle(),
    abandon(reason) {
      abandoned = reason
      torn ||= calls > 0
      for (const stage of stages) stage.abandon(reason)
      turns.abandon()
    },
    sources,
    get revision() {
      return revision
    },
    get inside() {
      return calls > 0
    },
    get torn() {
      return torn
    },
    onRest(callback) {
      atRest = callback
    },
    pause() {
      gate ??= Promise.withResolvers()
    },
    resume() {
      gate?.resolve()
      gate = undefined
    },
    takeBack(saved) {
      for (const source of saved) sources.set(source.id, source)
    },
  }
  return line
}

function withRecords(batch: Batch, records: LogRecord[]): Batch {
  return records === batch.records ? batch : { ...batch, records }
}

function opened(source: Source): Call {
  return (processor) => {
    processor.sourceOpened?.(source)
    return undefined
  }
}

function closed(source: Source, reason: SourceClosed): Call {
  return (processor) => processor.sourceClosed?.(source, reason)
}
