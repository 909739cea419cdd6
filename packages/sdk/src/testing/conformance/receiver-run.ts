import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { Batch, Source } from '../../batch.ts'
import type { Receiver, ReceiverHost } from '../../receiver.ts'
import type { LogRecord } from '../../record.ts'
import { manualClock } from '../manual-clock.ts'
import { testReceiverHost } from '../test-host.ts'
import { within } from './check.ts'
import type { ReceiverInput } from './receiver.ts'

/** One receiver on one input, with a host that can hold batches, refuse them, and remembers what happened. */
export interface ReceiverRun {
  readonly input: ReceiverInput
  readonly receiver: Receiver
  /** What was accepted. */
  readonly batches: readonly Batch[]
  readonly records: readonly LogRecord[]
  readonly bySource: ReadonlyMap<string, Batch[]>
  readonly refused: readonly Batch[]
  readonly sources: ReadonlyMap<string, Source>
  /** Calls of `consume` so far, and those not yet answered. */
  readonly offered: number
  readonly underWay: number
  /** The most calls for one source that were ever unanswered at once. */
  readonly mostUnderWay: number
  startAndSend(): Promise<void>
  /** Starts, unless it has been, and waits until all of the input has been handed on. */
  readAll(options?: { slow?: boolean }): Promise<void>
  /** Accepts nothing until {@link ReceiverRun.release}. */
  hold(): void
  release(): void
  /** Refuses the next `count` batches. */
  refuse(count: number, error: () => Error): void
  until(condition: () => boolean, what: string): Promise<void>
  turns(count: number): Promise<void>
  /** Fails unless sources were announced before, and closed after, their batches. */
  checkOrder(): void
}

/** Milliseconds that the host's clock goes on for each turn, of about one, that a check waits. */
const STEP = 1000

export function runReceiver(input: ReceiverInput, make: (host: ReceiverHost) => Receiver): ReceiverRun {
  const clock = manualClock()
  const sources = new Map<string, Source>()
  const bySource = new Map<string, Batch[]>()
  const refused: Batch[] = []
  const log: string[] = []
  const busy = new Map<string, number>()
  let offered = 0
  let mostUnderWay = 0
  let refusals = 0
  let refusal = () => new Error('refused')
  let gate: PromiseWithResolvers<void> | undefined
  let slow = false
  let started = false

  const host = testReceiverHost({
    clock,
    async consume(batch) {
      const { id } = batch.source
      offered += 1
      log.push(`batch ${id}`)
      const count = (busy.get(id) ?? 0) + 1
      busy.set(id, count)
      mostUnderWay = Math.max(mostUnderWay, count)
      try {
        await gate?.promise
        if (slow) await turns(3)
        if (refusals > 0) {
          refusals -= 1
          refused.push(batch)
          throw refusal()
        }
        bySource.set(id, [...(bySource.get(id) ?? []), batch])
      } finally {
        busy.set(id, (busy.get(id) ?? 1) - 1)
      }
    },
  })
  const receiver = make({
    ...host,
    sourceOpened(source) {
      log.push(`opened ${source.id}`)
      sources.set(source.id, source)
    },
    sourceClosed: (source) => void log.push(`closed ${source.id}`),
  })

  const underWay = () => [...busy.values()].reduce((sum, count) => sum + count, 0)

  async function turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) {
      await wait(1)
      clock.advance(STEP)
    }
  }

  const until = (condition: () => boolean, what: string) => {
    let over = false
    const loop = async () => {
      while (!over && !condition()) await turns(1)
    }
    return within(loop(), what).finally(() => {
      over = true
    })
  }

  const startAndSend = async () => {
    if (started) return
    started = true
    await within(receiver.start(), 'start')
    await input.send?.()
  }

  const readAll = async (options: { slow?: boolean } = {}) => {
    slow = options.slow ?? false
    await startAndSend()
    let ended: 'no' | 'yes' | { error: unknown } = 'no'
    receiver.done?.then(
      () => {
        ended = 'yes'
      },
      (error: unknown) => {
        ended = { error }
      },
    )
    const finished = () => (receiver.done ? ended !== 'no' : host.records.length >= input.records)
    await until(finished, `all ${input.records} records`)
    const end = ended as 'no' | 'yes' | { error: unknown }
    if (typeof end === 'object') throw end.error
  }

  const checkOrder = () => {
    assert.ok(sources.size > 0, 'no source was announced')
    const open = new Set<string>()
    const closed = new Set<string>()
    for (const entry of log) {
      const [event, ...rest] = entry.split(' ')
      const id = rest.join(' ')
      if (event === 'batch') assert.ok(open.has(id), `a batch of ${id} while it was not announced`)
      if (event === 'opened') assert.ok(!open.has(id) && !closed.has(id), `${id} was announced twice`)
      if (event === 'opened') open.add(id)
      if (event === 'closed') assert.ok(open.delete(id), `${id} was closed while it was not open`)
      if (event === 'closed') closed.add(id)
    }
    const finite = [...sources.values()].filter((source) => source.finite && open.has(source.id))
    assert.deepEqual(
      finite.map((source) => source.id),
      [],
      'finite sources that were never closed',
    )
    for (const batch of host.batches) {
      assert.equal(sources.get(batch.source.id)?.finite, batch.source.finite, 'a source changed its nature')
    }
  }

  return {
    input,
    receiver,
    batches: host.batches,
    get records() {
      return host.records
    },
    bySource,
    refused,
    sources,
    get offered() {
      return offered
    },
    get underWay() {
      return underWay()
    },
    get mostUnderWay() {
      return mostUnderWay
    },
    startAndSend,
    readAll,
    hold() {
      gate ??= Promise.withResolvers()
    },
    release() {
      gate?.resolve()
      gate = undefined
    },
    refuse(count, error) {
      refusals = count
      refusal = error
    },
    until,
    turns,
    checkOrder,
  }
}
