import { type LogRecord, type ReceiverHost, RetryableError, type Source } from '@lacuna/sdk'
import { Refusal, stopping } from './refusal.ts'

/** Records up to which waiting requests are joined into one batch. */
const MAX_BATCH = 4096

/** What waits to be handed on. */
interface Entry {
  readonly records: LogRecord[]
  resolve(): void
  reject(error: unknown): void
}

/** Records on their way to the pipelines. */
interface Offer {
  /** Resolves when the pipelines have accepted them, rejects with a {@link Refusal}. */
  readonly done: Promise<void>
  /** Takes them back while they have not been handed on: nobody waits for the answer, and they will be sent again. */
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
 * Hands records on, one batch at a time. Requests that come meanwhile make up the next batch, and each is
 * answered as that batch was.
 */
export function delivery(host: ReceiverHost, source: Source): Delivery {
  let queue: Entry[] = []
  let underWay: readonly Entry[] = []
  let running: Promise<void> | undefined
  let stopped = false

  async function run(): Promise<void> {
    while (queue.length > 0) {
      underWay = take()
      try {
        await host.consume({ source, records: join(underWay) })
        for (const entry of underWay) entry.resolve()
      } catch (error) {
        for (const entry of underWay) entry.reject(refusal(error))
      }
      underWay = []
    }
    running = undefined
  }

  function take(): Entry[] {
    let count = 0
    let end = 0
    for (; end < queue.length; end++) {
      count += queue[end]?.records.length ?? 0
      if (end > 0 && count > MAX_BATCH) break
    }
    const taken = queue.slice(0, end)
    queue = queue.slice(end)
    return taken
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
      const entry: Entry = { records, resolve, reject }
      queue.push(entry)
      running ??= run()
      return {
        done: promise,
        cancel() {
          const before = queue.length
          queue = queue.filter((one) => one !== entry)
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

/** The records of one request as they are; only several are copied together. */
function join(entries: readonly Entry[]): LogRecord[] {
  const [first] = entries
  if (first !== undefined && entries.length === 1) return first.records
  const records: LogRecord[] = []
  for (const entry of entries) for (const record of entry.records) records.push(record)
  return records
}

function refusal(error: unknown): Refusal {
  const retryAfter = error instanceof RetryableError ? error.retryAfter : undefined
  return new Refusal(
    'unavailable',
    'the pipelines cannot take records now; send this request again',
    retryAfter,
  )
}
