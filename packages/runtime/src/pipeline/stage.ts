import type { Batch, Clock, Logger, LogRecord, Processor } from '@lacuna/sdk'
import type { Account } from './account.ts'
import { errorText } from './error-text.ts'
import { rateLimited } from './rate-limited.ts'
import { isPromise } from './waiting.ts'

/** A processor at its place in a pipeline: what it throws ends here, and what goes in and out is counted. */
export interface Stage {
  readonly id: string
  readonly processor: Processor
  readonly account: Account
  /** Hands it a batch. Neither throws nor rejects: a batch that is lost gives no records. */
  process(batch: Batch): LogRecord[] | Promise<LogRecord[]>
  /** Calls it outside of a batch, and gives what it returned. */
  emit(call: (processor: Processor) => LogRecord[] | undefined): LogRecord[]
  /** Counts records that never reached it as dropped. */
  refuse(count: number, reason: string): void
  /** Gives up the batch it still has, counted as dropped; whatever comes of it later is ignored. */
  abandon(reason: string): void
  /** Writes the log lines that were held back. */
  close(): void
}

const NONE: LogRecord[] = []

export function createStage(
  id: string,
  processor: Processor,
  account: Account,
  logger: Logger,
  clock: Clock,
): Stage {
  const { ledger } = account
  const complaints = rateLimited(clock)
  /** The batch that an asynchronous processor has. */
  let held: { readonly count: number; readonly before: number } | undefined

  /** What went in and the component has not said the fate of. */
  const open = (count: number, before: number) => Math.max(0, count - (account.settled() - before))

  function lost(error: unknown, count: number, before: number): LogRecord[] {
    const records = open(count, before)
    ledger.dropped('processor_error', records)
    complaints.say((times) => {
      const fields = { error: errorText(error), records, times }
      logger.error(fields, `the processor failed and its batch was dropped: ${fields.error}`)
    })
    return NONE
  }

  function took(records: unknown, count: number, before: number): LogRecord[] {
    if (!Array.isArray(records)) return lost(new Error('it gave no list of records'), count, before)
    account.out += records.length
    return records
  }

  async function later(given: Promise<LogRecord[]>, count: number, before: number): Promise<LogRecord[]> {
    const mine = { count, before }
    held = mine
    try {
      const records = await given
      return held === mine ? took(records, count, before) : NONE
    } catch (error) {
      return held === mine ? lost(error, count, before) : NONE
    } finally {
      if (held === mine) held = undefined
    }
  }

  return {
    id,
    processor,
    account,
    process(batch) {
      const count = batch.records.length
      const before = account.settled()
      account.in += count
      try {
        const given = processor.process(batch)
        return isPromise(given) ? later(given, count, before) : took(given, count, before)
      } catch (error) {
        return lost(error, count, before)
      }
    },
    emit(call) {
      const before = account.settled()
      try {
        const records = call(processor)
        return records === undefined ? NONE : took(records, 0, before)
      } catch (error) {
        return lost(error, 0, before)
      }
    },
    refuse(count, reason) {
      account.in += count
      ledger.dropped(reason, count)
    },
    abandon(reason) {
      if (held !== undefined) ledger.dropped(reason, open(held.count, held.before))
      held = undefined
    },
    close: () => complaints.flush(),
  }
}
