import type { Ledger, Logger } from '@lacuna/sdk'
import type { EventHubsConfig } from './config.ts'
import type { Lookups } from './lookups.ts'
import { NONE } from './offsets.ts'
import type { Partition } from './partition.ts'
import { type Start, startOf } from './start-offset.ts'

/** Finds out where a partition begins. */
export interface Locate {
  /**
   * Where to begin, or what to look at first. Rejects when the broker does not answer.
   *
   * @param saved where the state stands that an earlier run has saved of it
   */
  begin(partition: Partition, lookups: Lookups, saved?: string): Promise<Start>
  /** What the group has committed by now; `undefined` for nothing. */
  committed(partition: Partition, lookups: Lookups): Promise<string | undefined>
}

/** What {@link createLocate} needs. */
export interface LocateOptions {
  readonly startAt: EventHubsConfig['start_at']
  readonly groupId: string
  /** Milliseconds that a newly assigned partition is read again. */
  readonly rewind: () => number
  readonly logger: Logger
  readonly ledger: Ledger
}

/** Makes {@link Locate}. */
export function createLocate({ startAt, groupId, rewind, logger, ledger }: LocateOptions): Locate {
  return {
    async begin({ topic, partition, key }, lookups, saved) {
      const [committed, bounds] = await Promise.all([lookups.committed(topic), lookups.bounds(topic)])
      const own = bounds.get(partition)
      if (own === undefined) throw new Error(`the broker does not know ${key}`)
      const position = committed.get(partition) ?? NONE
      let fresh = startAt === 'latest' ? own.high : own.low
      if (position === NONE && startAt !== 'latest' && startAt !== 'earliest')
        fresh = (await lookups.byTime(topic, Date.parse(startAt))).get(partition) ?? own.high
      const start = startOf(position, own, fresh, rewind() > 0, saved)
      if (start.expired > 0) {
        ledger.noted('expired', start.expired)
        logger.warn(
          { source: key, messages: start.expired },
          `${key}: the ${start.expired} messages behind the committed position are gone; they were kept for less time than nobody read them`,
        )
      }
      if (start.stale)
        logger.info(
          { source: key, saved, committed: position },
          `${key}: the group has gone on, or the topic was made anew, since its state was saved; the state is built anew`,
        )
      if (start.replaced)
        logger.warn(
          { source: key, group: groupId },
          `${key}: the committed position lies beyond the end, as after the topic was made anew; it is read from its beginning`,
        )
      return start
    },
    async committed({ topic, partition }, lookups) {
      const committed = (await lookups.committed(topic)).get(partition) ?? NONE
      return committed.startsWith('-') ? undefined : committed
    },
  }
}
