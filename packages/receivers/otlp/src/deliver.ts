import { type LogRecord, type ReceiverHost, RetryableError, type Source } from '@lacuna/sdk'
import { Refusal, stopping } from './refusal.ts'

/**
 * Records of a batch at most. A large request goes in slices, in turns with the others, so that a small one, which may
 * have the record that an alert waits for, does not wait behind 500 records and more. Small ones are joined.
 */
const MAX_BATCH = 128

/** A request that waits to be handed on, whole or what is left of it. */
interface Entry {
  readonly records: LogRecord[]
  /** How many have been accepted. */
  taken: number
  resolve(): void
  reject(error: unknown): void
}

/** A part of a request that makes up a batch, alone or with others. */
interface Slice {
  readonly entry: Entry
  readonly end: number
}

/** Records on their way to the pipelines. */
interface Offer {
  /** Resolves when the pipelines have accepted them, rejects with a {@link Refusal}. */
  readonly done: Promise<void>
  /** Takes them back while none has been handed on: nobody waits for the answer, and they will be sent again. */
  cancel(): void
}

export interface Delivery {
  offer(records: LogRecord[]): Offer
  /** Requests that wait or are being accepted. */
  readonly waiting: number
  /** Refuses what has not been handed on, and resolves when nothing is under way. */
  stop(): Promise<void>
}

/**
 * Hands records on, one batch at a time. A request is answered when all of it has been accepted; one of which only a
 * part has is refused, and sent again as a whole.
 */
export function delivery(host: ReceiverHost, source: Source): Delivery {
  let queue: Entry[] = []
  let underWay: readonly Slice[] = []
  let running: Promise<void> | undefined
  let stopped = false

  async function run(): Promise<void> {
    while (queue.length > 0) {
      underWay = take()
      try {
        await host.consume({ source, records: join(underWay) })
        for (const slice of underWay) accepted(slice)
      } catch (error) {
        for (const { entry } of underWay) entry.reject(refusal(error))
      }
      underWay = []
      // Others may have come meanwhile, and be small.
      if (queue.length > 0) await nextTurn()
    }
    running = undefined
  }

  function take(): Slice[] {
    const slices: Slice[] = []
    let room = MAX_BATCH
    let at = 0
    for (; at < queue.length && room > 0; at++) {
      const entry = queue[at]
      if (entry === undefined) continue
      const end = Math.min(entry.records.length, entry.taken + room)
      room -= end - entry.taken
      slices.push({ entry, end })
    }
    queue = queue.slice(at)
    return slices
  }

  /** What is left of a request takes its next turn behind those that wait. */
  function accepted({ entry, end }: Slice): void {
    entry.taken = end
    if (end === entry.records.length) entry.resolve()
    else if (stopped) entry.reject(stopping())
    else queue.push(entry)
  }

  return {
    get waiting() {
      return queue.length + underWay.length
    },
    offer(records) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      if (stopped) {
        reject(stopping())
        return { done: promise, cancel() {} }
      }
      const entry: Entry = { records, taken: 0, resolve, reject }
      queue.push(entry)
      running ??= run()
      return {
        done: promise,
        cancel() {
          const before = queue.length
          queue = queue.filter((one) => one !== entry || one.taken > 0)
          if (queue.length < before) reject(new Refusal('unavailable', 'the sender has gone'))
        },
      }
    },
    async stop() {
      stopped = true
      const refused = queue
      queue = []
      for (const entry of refused) entry.reject(stopping())
      await running
    },
  }
}

/** The records of one request as they are where that is all; otherwise copies of the list. */
function join(slices: readonly Slice[]): LogRecord[] {
  const [first] = slices
  if (first !== undefined && slices.length === 1) {
    const { entry, end } = first
    return entry.taken === 0 && end === entry.records.length
      ? entry.records
      : entry.records.slice(entry.taken, end)
  }
  const records: LogRecord[] = []
  for (const { entry, end } of slices)
    for (let at = entry.taken; at < end; at++) {
      const record = entry.records[at]
      if (record !== undefined) records.push(record)
    }
  return records
}

/** Lets what has arrived be read first. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function refusal(error: unknown): Refusal {
  const retryAfter = error instanceof RetryableError ? error.retryAfter : undefined
  return new Refusal(
    'unavailable',
    'the pipelines cannot take records now; send this request again',
    retryAfter,
  )
}
