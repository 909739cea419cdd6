import type { Batch, LogRecord, Processor, Source, SourceClosed, Tick } from '@lacuna/sdk'
import type { Delivery } from './delivery.ts'
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
  /** Takes a batch; done when every exporter has accepted what came of it. Never rejects. */
  consume(batch: Batch): Waiting
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
  function pass(batch: Batch, first: number): Waiting {
    let current = batch
    for (let index = first; index < stages.length; index++) {
      const stage = stages[index]
      if (stage === undefined || current.records.length === 0) return undefined
      const given = stage.process(current)
      if (!Array.isArray(given)) return passLater(given, current, index)
      current = withRecords(current, given)
    }
    return current.records.length === 0 ? undefined : deliver(current.records)
  }

  async function passLater(given: Promise<LogRecord[]>, batch: Batch, index: number): Promise<void> {
    const records = await given
    if (abandoned === undefined) await pass(withRecords(batch, records), index + 1)
    else refuse(records.length, abandoned, index + 1)
  }

  /** Asks every processor in turn; what one gives has left the pipeline before the next is asked. */
  function ask(call: Call, source: Source | undefined, first = 0): Waiting {
    for (let index = first; index < stages.length; index++) {
      const stage = stages[index]
      if (stage === undefined || abandoned !== undefined) return undefined
      const records = stage.emit(call)
      if (records.length === 0) continue
      const waiting =
        source === undefined ? passOwn(records, stage, index + 1) : pass({ source, records }, index + 1)
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
    if (next >= stages.length) return pass(batch, next)
    ask(opened(source), source, next)
    return whenDone(pass(batch, next), () => ask(closed(source, 'ended'), source, next))
  }

  const tell = (tick: Tick) => ask((processor) => processor.tick?.(tick), undefined)

  function take(batch: Batch): Waiting {
    if (dead()) return undefined
    cameIn += batch.records.length
    const tick = ticker.missed()
    return tick === undefined ? pass(batch, 0) : whenDone(tell(tick), () => pass(batch, 0))
  }

  /** Counts records where they would have come in: at this processor, or at every exporter. */
  function refuse(count: number, reason: string, at = 0): void {
    const next = stages[at]
    if (next !== undefined) next.refuse(count, reason)
    else for (const delivery of deliveries) delivery.refuse(count, reason)
  }

  return {
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
    consume: (batch) =>
      turns.take(
        () => take(batch),
        () => refuse(batch.records.length, abandoned ?? 'deadline'),
      ),
    sourceOpened(source) {
      void turns.take(() => ask(opened(source), source))
    },
    sourceClosed(source, reason) {
      void turns.take(() => ask(closed(source, reason), source))
    },
    firstTick: () => turns.take(() => tell(ticker.first())),
    second() {
      const tick = ticker.second(turns.busy || held > 0)
      return tick === undefined ? undefined : turns.take(() => tell(tick))
    },
    async end() {
      await turns.take(() => (dead() ? undefined : ask((processor) => processor.flush?.(), undefined)))
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
      for (const stage of stages) stage.abandon(reason)
      turns.abandon()
    },
  }
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
