import type { Clock, Logger } from '@lacuna/sdk'
import { rateLimited } from './rate-limited.ts'

/** Says that a queue drops records, at most once a minute. */
export interface OverflowAlarm {
  dropped(count: number): void
  close(): void
}

/** Makes an {@link OverflowAlarm}. */
export function overflowAlarm(clock: Clock, logger: Logger, overflow: string): OverflowAlarm {
  const limited = rateLimited(clock)
  let records = 0
  const write = (times: number) => {
    logger.error(
      { reason: 'queue_full', overflow, records, times },
      `the sending queue is full and ${records} records were dropped: the exporter is slower than its input`,
    )
    records = 0
  }
  return {
    dropped(count) {
      records += count
      limited.say(write)
    },
    close: () => limited.flush(),
  }
}
