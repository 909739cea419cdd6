import { type LacunaError, type LogRecord, PartialError, PermanentError, RetryableError } from '@lacuna/sdk'
import { statusOf } from './message/alert.ts'

/** One record on its way, of one {@link Job}. */
export interface Item {
  readonly record: LogRecord
  /** Its place in the list that was handed to `export`. */
  readonly index: number
  readonly job: Job
  readonly episode: string | undefined
  readonly status: 'open' | 'update' | 'resolved'
  /** Calls that were made for it: the end of an episode takes two. */
  step: number
  /** Whether Slack refused its blocks, so that its text is sent alone. */
  bare: boolean
}

/** One call of `export`. */
export interface Job {
  readonly items: readonly Item[]
  /** Whether its caller has been answered. */
  readonly over: boolean
  /** Settles with the call: resolves, or rejects with what `export` is to throw. */
  readonly done: Promise<void>
  delivered(item: Item): void
  /** Slack will not have this record. */
  refused(item: Item, why: string): void
  /** Ends the call before all is delivered; what was delivered by then is remembered. */
  end(error: LacunaError): void
}

/**
 * Makes a job of records.
 *
 * @param total records of the call, those that are not for the channel among them
 * @param told remembers what was delivered by a call that is made again
 */
export function createJob(
  records: Iterable<readonly [index: number, record: LogRecord]>,
  total: number,
  told: WeakSet<LogRecord>,
  component: string,
): Job {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const items: Item[] = []
  const sent: LogRecord[] = []
  const failed: number[] = []
  let left = 0
  let over = false
  let reason = ''

  const finish = () => {
    if (left > 0 || over) return
    over = true
    if (failed.length === 0) return resolve()
    const options = { component }
    reject(
      failed.length === total
        ? new PermanentError(reason, options)
        : new PartialError(`${failed.length} of ${total} records were refused: ${reason}`, failed, options),
    )
  }

  const job: Job = {
    items,
    done: promise,
    get over() {
      return over
    },
    delivered(item) {
      // The caller has gone and may come again with it.
      if (over) told.add(item.record)
      else sent.push(item.record)
      left--
      finish()
    },
    refused(item, why) {
      failed.push(item.index)
      reason = why
      left--
      finish()
    },
    end(error) {
      if (over) return
      over = true
      if (error instanceof RetryableError) for (const record of sent) told.add(record)
      reject(error)
    },
  }
  for (const [index, record] of records) {
    if (told.delete(record)) sent.push(record)
    else
      items.push({
        record,
        index,
        job,
        episode: episodeOf(record),
        status: statusOf(record),
        step: 0,
        bare: false,
      })
  }
  left = items.length
  finish()
  return job
}

function episodeOf(record: LogRecord): string | undefined {
  const id = record.get('lacuna.alert.episode_id')
  return typeof id === 'string' && id !== '' && id.length <= 128 ? id : undefined
}
