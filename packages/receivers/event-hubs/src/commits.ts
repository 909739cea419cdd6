import { clean } from '@lacuna/kafka-client'
import type { Clock, Logger } from '@lacuna/sdk'
import type { TopicPartitionOffset } from 'kafkajs'
import { type Partition, toCommit } from './partition.ts'

/** Commits what is safe, at a pace that Event Hubs allows. */
export interface Commits {
  /** There may be something new. Costs nothing while a commit is due anyway. */
  mark(): void
  /** Commits at once what there is, waiting a few seconds at most. */
  flush(): Promise<void>
}

/** What {@link createCommits} needs. */
export interface CommitsOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly partitions: () => Iterable<Partition>
  readonly commit: (offsets: TopicPartitionOffset[]) => Promise<void>
}

/** Milliseconds between two commits; Event Hubs throttles beyond four a second and partition. */
const INTERVAL = 1000
const PATIENCE = 5000

/** Makes {@link Commits}. What fails is tried again with the next: a later position holds the earlier one. */
export function createCommits({ clock, logger, partitions, commit }: CommitsOptions): Commits {
  let last = Number.NEGATIVE_INFINITY
  let due = false
  let underWay: Promise<void> | undefined

  async function send(): Promise<void> {
    const targets = new Map<Partition, string>()
    for (const partition of partitions()) {
      const target = toCommit(partition)
      if (target !== undefined) targets.set(partition, target)
    }
    if (targets.size === 0) return
    last = clock.monotonic()
    try {
      await commit([...targets].map(([{ topic, partition }, offset]) => ({ topic, partition, offset })))
      for (const [partition, target] of targets) partition.committed = target
    } catch (error) {
      const reason = clean(error instanceof Error ? error.message : String(error))
      logger.debug({ reason }, `the positions could not be committed (${reason}); they are with the next`)
      mark()
    }
  }

  function once(): Promise<void> {
    underWay ??= send().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  function mark(): void {
    if (due) return
    due = true
    clock.after(Math.max(0, last + INTERVAL - clock.monotonic()), () => {
      due = false
      // One that is under way has not seen what is new.
      void Promise.resolve(underWay).then(once)
    })
  }

  return {
    mark,
    async flush() {
      const work = (async () => {
        await underWay
        await once()
      })()
      await Promise.race([work, new Promise<void>((resolve) => void clock.after(PATIENCE, resolve))])
    },
  }
}
