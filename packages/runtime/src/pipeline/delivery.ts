import type { Clock, Exporter, ExporterState, ExporterStatus, Logger, LogRecord } from '@lacuna/sdk'
import type { SendingConfig } from '../config/sending.ts'
import type { Account } from './account.ts'
import { createAttempts } from './attempts.ts'
import { openBook } from './exporter-book.ts'
import { createFlights, type Flight } from './flights.ts'
import { createHealth } from './health.ts'
import { overflowAlarm } from './overflow-alarm.ts'
import { createSendingQueue, type Piece } from './sending-queue.ts'
import type { Waiting } from './waiting.ts'

/** What a {@link Delivery} is made from. */
export interface DeliveryOptions {
  readonly id: string
  readonly exporter: Exporter
  readonly account: Account
  readonly logger: Logger
  readonly clock: Clock
  /** From 0 up to, not including, 1: what jitter is made of. */
  readonly random: () => number
  readonly sending: SendingConfig
}

/** What a delivery asks and tells when there is a storage. */
interface DeliveryKeeper {
  /** Whether it can say of any record that it has been delivered. */
  readonly knows: boolean
  /** Whether a record has been delivered already, in this run or an earlier one. */
  isDelivered(record: LogRecord): boolean
  /** Told what has been delivered, except for the records whose indexes are in `failed`. */
  delivered(records: readonly LogRecord[], failed?: ReadonlySet<number>): void
}

/**
 * One exporter behind a queue of its own, so that only a full queue holds a pipeline up, and none where the
 * operator would rather lose records.
 */
export interface Delivery {
  readonly id: string
  readonly exporter: Exporter
  readonly account: Account
  /** Whether it takes no more, because the exporter has closed or time is over. */
  readonly dead: boolean
  /** Records that wait. What is under way is not among them. */
  readonly queued: number
  /** The exporter's `start` has resolved. */
  started(): void
  /** How the exporter is, by what came of the last try, and how full its queue. */
  status(): ExporterStatus
  /**
   * Accepts records, at once when there is room, or where the newest or oldest are dropped for it. Never fails:
   * what cannot be delivered is counted.
   */
  push(records: readonly LogRecord[]): Waiting
  /** From now on, and before the first record: there is a storage. */
  keep(keeper: DeliveryKeeper): void
  /**
   * Accepts records that an earlier run has left, with the numbers they had, whatever the limits say. In their
   * order, and before all others.
   */
  takeBack(records: readonly LogRecord[], first: number): void
  /** The numbers of later records begin here. */
  countFrom(next: number): void
  /**
   * All that was accepted and whose fate is not known, in the order of its numbers. With a keeper also what was
   * cut off at the end. Numbers up to the last of them are not given to other records any more.
   */
  outstanding(): Outstanding
  /** Whether the fate of the record with this number, and of all before it, is known. */
  isSettled(number: number): boolean
  /** Counts records that never reached its queue as dropped. */
  refuse(count: number, reason: string): void
  /**
   * Calls back once all that has been accepted so far has been delivered, or set aside for good. Returns false,
   * and does not call, when that is so already; never calls when it ends undelivered, nor when a later call for
   * the same source has taken its place.
   */
  whenSettled(source: string, callback: () => void): boolean
  /** Sends what is left without waiting for full batches; resolves when nothing is. */
  drained(): Promise<void>
  /** Takes no more, and drops all there is for this reason. */
  end(reason: string): void
  /** Writes the log lines that were held back. */
  close(): void
}

/** What an exporter has not been heard of. */
interface Outstanding {
  readonly pieces: readonly Piece[]
  /** The number of the next record that comes. */
  readonly next: number
}

interface Waiter {
  readonly records: readonly LogRecord[]
  readonly first: number
  readonly bytes: number
  readonly resolve: () => void
}

/** Makes a {@link Delivery} with an empty queue. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { id, exporter, account, logger, clock, random, sending } = options
  const { overflow, concurrency } = sending.sending_queue
  const lingering = sending.batch.timeout
  const book = openBook(account)
  const health = createHealth<ExporterState>(id, clock)
  const queue = createSendingQueue(sending)
  const flights = createFlights()
  const { retry_on_failure: retry, timeout } = sending
  const attempts = createAttempts<Flight>(
    {
      exporter,
      book,
      health,
      logger,
      clock,
      random,
      retry,
      timeout,
      onDelivered: (records, failed) => keeper?.delivered(records, failed),
    },
    (flight) => flights.settle(flight),
  )
  const alarm = overflowAlarm(clock, logger, overflow)
  const abort = new AbortController()
  let keeper: DeliveryKeeper | undefined
  /** The number of the next record, and that from which on numbers may be given again. */
  let nextNumber = 0
  let told = 0
  /** What was cut off, for a storage. */
  let remains: Piece[] = []
  let waiters: Waiter[] = []
  let flying = 0
  let ended: string | undefined
  let drainers: (() => void)[] = []
  let cancelTimer: (() => void) | undefined

  const now = () => (lingering === 0 ? 0 : clock.monotonic())

  /** Sends what may be sent. */
  function pump(): void {
    while (ended === undefined && flying < concurrency && queue.records > 0) {
      if (!due()) return
      const load = queue.take()
      if (load === undefined) return
      flying++
      admit()
      void fly(flights.add(load))
    }
  }

  /** Whether the next batch is to wait no longer; if it is to wait, a timer comes back to it. */
  function due(): boolean {
    if (lingering === 0 || queue.full || waiters.length > 0 || drainers.length > 0) return true
    const left = queue.since + lingering - clock.monotonic()
    if (left <= 0) return true
    cancelTimer ??= clock.after(left, () => {
      cancelTimer = undefined
      pump()
    })
    return false
  }

  async function fly(flight: Flight): Promise<void> {
    await attempts.deliver(flight, abort.signal)
    flying--
    pump()
    wake()
  }

  function admit(): void {
    for (let next = waiters[0]; next !== undefined && queue.fits(next.records.length, next.bytes); ) {
      waiters.shift()
      queue.push(next.records, next.bytes, now(), next.first)
      next.resolve()
      next = waiters[0]
    }
  }

  const idle = () => flying === 0 && queue.records === 0 && waiters.length === 0

  function wake(): void {
    if (drainers.length === 0 || (ended === undefined && !idle())) return
    const waking = drainers
    drainers = []
    for (const resolve of waking) resolve()
  }

  function makeRoom(which: 'oldest' | 'newest'): void {
    const { count, listeners } = queue.trim(which)
    if (count === 0) return
    // Or every drop would leave a gap in the numbers, and no delivery goes over a gap.
    if (which === 'newest') nextNumber = Math.max(told, queue.next ?? nextNumber)
    book.dropped('queue_full', count)
    alarm.dropped(count)
    flights.join(listeners)
  }

  function refuse(count: number, reason: string): void {
    book.came(count)
    book.dropped(reason, count)
  }

  function pieces(): Piece[] {
    const waiting = waiters.map(({ records, first }) => ({ records, start: 0, end: records.length, first }))
    return [...flights.pieces(), ...queue.pieces(), ...waiting]
  }

  /** Leaves out what has been delivered already. */
  function fresh(records: readonly LogRecord[]): readonly LogRecord[] {
    if (keeper === undefined || !keeper.knows) return records
    const one = keeper
    if (!records.some((record) => one.isDelivered(record))) return records
    const left = records.filter((record) => !one.isDelivered(record))
    refuse(records.length - left.length, 'already_delivered')
    return left
  }

  /** Puts records from `start` on into the queue up to the first that has been delivered; gives its index. */
  function takeRun(list: readonly LogRecord[], start: number, first: number): number {
    let end = start
    for (; end < list.length; end++) {
      const record = list[end]
      if (record !== undefined && keeper?.isDelivered(record)) break
    }
    const run = list.slice(start, end)
    book.came(run.length)
    if (run.length > 0) queue.push(run, queue.measure(run), now(), first + start)
    return end
  }

  return {
    id,
    exporter,
    account,
    get dead() {
      return ended !== undefined
    },
    get queued() {
      return queue.records
    },
    started: () => health.become('ok'),
    status: () => ({
      ...health.status(),
      queue: {
        records: queue.records,
        maxRecords: sending.sending_queue.max_records,
        bytes: queue.bytes,
        maxBytes: sending.sending_queue.max_bytes,
        blocking: waiters.length > 0,
      },
    }),
    keep(one) {
      keeper = one
    },
    takeBack(list, first) {
      for (let start = 0; start < list.length; ) {
        const end = takeRun(list, start, first)
        if (end < list.length) refuse(1, 'already_delivered')
        start = end + 1
      }
      nextNumber = Math.max(nextNumber, first + list.length)
      told = nextNumber
      pump()
      if (overflow !== 'block') makeRoom(overflow === 'drop_oldest' ? 'oldest' : 'newest')
    },
    countFrom(number) {
      nextNumber = Math.max(nextNumber, number)
      told = nextNumber
    },
    outstanding() {
      told = nextNumber
      return { pieces: [...remains, ...pieces()], next: nextNumber }
    },
    isSettled(number) {
      const lowest = flights.lowest ?? queue.lowest ?? waiters[0]?.first ?? nextNumber
      return remains.length === 0 && number < lowest
    },
    push(given) {
      const records = fresh(given)
      const count = records.length
      if (count === 0) return undefined
      if (ended !== undefined) {
        refuse(count, ended)
        return undefined
      }
      book.came(count)
      const first = nextNumber
      nextNumber += count
      const bytes = queue.measure(records)
      if (overflow !== 'block' || (waiters.length === 0 && queue.fits(count, bytes))) {
        queue.push(records, bytes, now(), first)
        pump()
        if (overflow !== 'block') makeRoom(overflow === 'drop_oldest' ? 'oldest' : 'newest')
        return undefined
      }
      const waiting = new Promise<void>((resolve) => waiters.push({ records, first, bytes, resolve }))
      pump()
      return waiting
    },
    refuse,
    whenSettled(source, callback) {
      return ended !== undefined || queue.listen(source, callback) || flights.listen(source, callback)
    },
    drained() {
      if (ended !== undefined || idle()) return Promise.resolve()
      return new Promise((resolve) => {
        drainers.push(resolve)
        pump()
      })
    },
    end(reason) {
      if (ended !== undefined) return
      ended = reason
      health.become('ended')
      cancelTimer?.()
      if (keeper !== undefined) remains = pieces()
      const left = waiters
      waiters = []
      let count = queue.records + flights.records
      for (const { records } of left) count += records.length
      queue.clear()
      flights.clear()
      book.dropped(reason, book.open(count))
      abort.abort()
      for (const { resolve } of left) resolve()
      wake()
    },
    close() {
      attempts.close()
      alarm.close()
    },
  }
}
