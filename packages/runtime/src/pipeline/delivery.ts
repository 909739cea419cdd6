import type { Exporter, LogRecord } from '@lacuna/sdk'
import type { Account } from './account.ts'
import { type AttemptOptions, createAttempts } from './attempts.ts'
import type { Waiting } from './waiting.ts'

/** What an exporter's queue holds before it pushes back. */
export interface QueueLimits {
  readonly batches: number
  readonly records: number
}

/** Enough to ride out a slow moment, and a bound on memory: some 30 MiB of records with thirty attributes. */
export const QUEUE: QueueLimits = { batches: 1000, records: 10_000 }

/** What a {@link Delivery} is made from. */
export interface DeliveryOptions extends AttemptOptions {
  readonly id: string
  readonly limits: QueueLimits
}

/**
 * One exporter behind a queue of its own, so that only a full queue holds a pipeline up. Batches are delivered
 * in order, one at a time.
 */
export interface Delivery {
  readonly id: string
  readonly exporter: Exporter
  readonly account: Account
  /** Whether it takes no more, because the exporter has closed or time is over. */
  readonly dead: boolean
  /** Accepts records, at once when there is room. Never fails: what cannot be delivered is counted. */
  push(records: readonly LogRecord[]): Waiting
  /** Counts records that never reached its queue as dropped. */
  refuse(count: number, reason: string): void
  /**
   * Calls back once all that has been accepted so far has been delivered, or set aside for good. Returns false,
   * and does not call, when that is so already; never calls when it ends undelivered.
   */
  whenSettled(callback: () => void): boolean
  /** Resolves when there is nothing left to deliver. */
  drained(): Promise<void>
  /** Takes no more, and drops all there is for this reason. */
  end(reason: string): void
  /** Writes the log lines that were held back. */
  close(): void
}

interface Item {
  readonly records: readonly LogRecord[]
  settled: (() => void)[] | undefined
}

interface Waiter {
  readonly item: Item
  readonly resolve: () => void
}

/** Makes a {@link Delivery} with an empty queue. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { id, exporter, account, limits } = options
  const attempts = createAttempts(options, settle)
  const abort = new AbortController()
  const queue: Item[] = []
  let queued = 0
  let waiters: Waiter[] = []
  let running = false
  let ended: string | undefined
  let drainers: (() => void)[] = []

  const fits = (count: number) =>
    queue.length === 0 || (queue.length < limits.batches && queued + count <= limits.records)

  function enqueue(item: Item): void {
    queue.push(item)
    queued += item.records.length
    if (!running) void run()
  }

  async function run(): Promise<void> {
    running = true
    for (let item = queue[0]; item !== undefined; item = queue[0]) {
      await attempts.deliver(item.records, abort.signal)
    }
    running = false
    wake()
  }

  /** The first of the queue has been delivered or dropped. */
  function settle(): void {
    const item = queue.shift()
    if (item === undefined) return
    queued -= item.records.length
    if (item.settled !== undefined) for (const callback of item.settled) callback()
    admit()
  }

  function admit(): void {
    for (let next = waiters[0]; next !== undefined && fits(next.item.records.length); next = waiters[0]) {
      waiters.shift()
      enqueue(next.item)
      next.resolve()
    }
  }

  function wake(): void {
    const waking = drainers
    drainers = []
    for (const resolve of waking) resolve()
  }

  function refuse(count: number, reason: string): void {
    account.in += count
    account.ledger.dropped(reason, count)
  }

  return {
    id,
    exporter,
    account,
    get dead() {
      return ended !== undefined
    },
    push(records) {
      const count = records.length
      if (count === 0) return undefined
      if (ended !== undefined) {
        refuse(count, ended)
        return undefined
      }
      account.in += count
      const item: Item = { records, settled: undefined }
      if (waiters.length === 0 && fits(count)) {
        enqueue(item)
        return undefined
      }
      return new Promise((resolve) => waiters.push({ item, resolve }))
    },
    refuse,
    whenSettled(callback) {
      if (ended !== undefined) return true
      const last = queue.at(-1)
      if (last === undefined) return false
      last.settled ??= []
      last.settled.push(callback)
      return true
    },
    drained() {
      if (ended !== undefined || !running) return Promise.resolve()
      return new Promise((resolve) => drainers.push(resolve))
    },
    end(reason) {
      if (ended !== undefined) return
      ended = reason
      const left = waiters
      waiters = []
      let count = queued
      for (const { item } of left) count += item.records.length
      queue.length = 0
      account.ledger.dropped(reason, count)
      abort.abort()
      for (const { resolve } of left) resolve()
      wake()
    },
    close: () => attempts.close(),
  }
}
