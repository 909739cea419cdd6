import { clean } from '@lacuna/kafka-client'
import type { Clock, ReceiverHost, Source } from '@lacuna/sdk'
import type { KafkaMessage } from 'kafkajs'
import type { HandOn } from './hand-on.ts'
import type { Locate } from './locate.ts'
import type { Lookups } from './lookups.ts'
import { openPartition, type Partition, partitionKey, sourceId } from './partition.ts'
import type { SavedPositions } from './saved-positions.ts'
import { rewoundOffset } from './start-offset.ts'

/** What a session lets be done to the partitions it has. None of it throws. */
export interface Control {
  readonly lookups: Lookups
  pause(partition: Partition): void
  resume(partition: Partition): void
  seek(partition: Partition, offset: string): void
}

/** Topic to the numbers of its partitions. */
type Assignment = Readonly<Record<string, readonly number[]>>

/** The partitions that this instance has, across rebalances and sessions. */
export interface Partitions {
  readonly all: ReadonlyMap<string, Partition>
  /** The partition whose life a source stands for; `undefined` when that is over. */
  of(source: Source): Partition | undefined
  /**
   * The group has a new assignment. Must be called from within the event, so that nothing is fetched before the
   * partitions have been paused or sought.
   *
   * @param continuous whether this instance has been in the group all the time, so that what it kept nobody else had
   */
  joined(control: Control, assignment: Assignment, continuous: boolean): void
  /** Takes what was fetched. Resolves to whether reading may go on behind it. */
  take(topic: string, partition: number, messages: readonly KafkaMessage[], end: string): Promise<boolean>
  /** Fetches nothing for a moment. */
  hold(): void
  /** Reads no more; resolves once nothing is being handed on. */
  stop(): Promise<void>
}

/** What {@link createPartitions} needs. */
export interface PartitionsOptions {
  readonly host: ReceiverHost
  readonly handOn: HandOn
  readonly locate: Locate
  readonly saved: SavedPositions
  readonly rewind: () => number
  /** Whether where a partition begins is to be committed: the end of today is not that of tomorrow. */
  readonly keepStart: boolean
  /** There may be something to commit although nothing became safe. */
  readonly onDue: () => void
}

/**
 * Milliseconds that a fetch waits for the pipelines before its partition is paused. Longer would hold up the other
 * partitions and the heartbeat; shorter would often cost the 500 ms that resuming takes.
 */
const PATIENCE = 2000
/** Milliseconds until the broker is asked again, and for which {@link Partitions.hold} holds. */
const RETRY = 2000
const HOLD = 1000

/** Makes {@link Partitions}. */
export function createPartitions({
  host,
  handOn,
  locate,
  saved,
  rewind,
  keepStart,
  onDue,
}: PartitionsOptions): Partitions {
  const { clock, logger } = host
  const partitions = new Map<string, Partition>()
  const bySource = new Map<Source, Partition>()
  /** Partitions that were lost while a batch was under way, until it is over. */
  const leaving = new Map<string, Promise<void>>()
  let control: Control | undefined
  let held = false
  let stopped = false

  const current = (partition: Partition, mine: Control, turn: number) =>
    !stopped && !partition.lost && control === mine && partition.turn === turn

  function open(topic: string, number: number): Partition {
    const partition = openPartition(host.id, topic, number)
    partitions.set(partition.key, partition)
    bySource.set(partition.source, partition)
    return partition
  }

  function lose(partition: Partition): void {
    partition.lost = true
    partitions.delete(partition.key)
    bySource.delete(partition.source)
    const gone = (partition.busy ?? Promise.resolve()).then(() => {
      if (leaving.get(partition.key) === gone) leaving.delete(partition.key)
      if (partition.phase === 'reading') host.sourceClosed(partition.source, 'lost')
      else saved.drop(partition.source)
    })
    leaving.set(partition.key, gone)
  }

  function goOn(partition: Partition): void {
    if (control === undefined || stopped || partition.lost || partition.busy !== undefined) return
    control.seek(partition, partition.next)
    if (!held) control.resume(partition)
  }

  /** Ends a {@link Partitions.hold} of one; what is being handed on is waited for, as it may have paused it, too. */
  async function release(partition: Partition): Promise<void> {
    if (partition.busy !== undefined) await partition.busy
    if (
      partition.phase !== 'locating' &&
      partition.busy === undefined &&
      !held &&
      !stopped &&
      !partition.lost
    )
      control?.resume(partition)
  }

  /** Does what asks the broker until it succeeds, or has become pointless. */
  async function persist(
    partition: Partition,
    mine: Control,
    ask: (valid: () => boolean) => Promise<void>,
  ): Promise<void> {
    const turn = ++partition.turn
    const valid = () => current(partition, mine, turn)
    while (valid()) {
      try {
        return await ask(valid)
      } catch (error) {
        const reason = clean(error instanceof Error ? error.message : String(error))
        logger.warn(
          { source: partition.key, reason },
          `${partition.key}: where to begin is not known yet (${reason})`,
        )
        await delay(clock, RETRY)
      }
    }
  }

  function begin(partition: Partition, mine: Control): Promise<void> {
    partition.phase = 'locating'
    return persist(partition, mine, async (valid) => {
      await leaving.get(partition.key)
      const start = await locate.begin(partition, mine.lookups, saved.of(partition.source))
      if (!valid()) return
      if (start.stale) saved.drop(partition.source)
      else saved.use(partition.source)
      partition.committed = start.committed
      partition.next = start.offset
      if (!start.probe) return read(partition)
      partition.phase = 'probing'
      goOn(partition)
    })
  }

  function read(partition: Partition): void {
    partition.phase = 'reading'
    host.sourceOpened(partition.source)
    goOn(partition)
    if (keepStart && partition.committed === undefined) onDue()
  }

  /** The message before the committed position has come: by its time it is known how far to go back. */
  function rewindFrom(partition: Partition, message: KafkaMessage, mine: Control): Promise<void> {
    const { topic, committed = '0' } = partition
    partition.phase = 'locating'
    mine.pause(partition)
    return persist(partition, mine, async (valid) => {
      const time = Number(message.timestamp)
      // Messages of Kafka's first format have none.
      const found = time > 0 ? await mine.lookups.byTime(topic, time - rewind()) : undefined
      if (!valid()) return
      partition.next = rewoundOffset(found?.get(partition.partition), committed)
      read(partition)
    })
  }

  /** Another instance may have had the partition meanwhile: then it is taken up as a new one. */
  function verify(partition: Partition, mine: Control): Promise<void> {
    return persist(partition, mine, async (valid) => {
      const committed = await locate.committed(partition, mine.lookups)
      if (!valid()) return
      if (committed === undefined || BigInt(committed) <= BigInt(partition.next)) {
        // A commit that a broken connection swallowed is due again.
        partition.committed = committed
        onDue()
        return goOn(partition)
      }
      lose(partition)
      return begin(open(partition.topic, partition.partition), mine)
    })
  }

  async function handOver(partition: Partition, messages: readonly KafkaMessage[]): Promise<boolean> {
    const work = handOn.all(partition, messages).then(() => {
      partition.busy = undefined
    })
    partition.busy = work
    if (await settles(work, clock)) return !partition.lost
    control?.pause(partition)
    void work.then(() => goOn(partition))
    return false
  }

  return {
    all: partitions,
    of: (source) => bySource.get(source),
    joined(given, assignment, continuous) {
      control = given
      const assigned = Object.entries(assignment).flatMap(([topic, numbers]) =>
        numbers.map((number) => ({ topic, number, key: partitionKey(topic, number) })),
      )
      const keys = new Set(assigned.map(({ key }) => key))
      for (const partition of [...partitions.values()]) if (!keys.has(partition.key)) lose(partition)
      saved.keepOnly(new Set([...keys].map((key) => sourceId(host.id, key))))
      for (const { topic, number, key } of assigned) {
        const kept = partitions.get(key)
        const partition = kept ?? open(topic, number)
        given.pause(partition)
        if (stopped) continue
        if (kept?.phase !== 'reading') void begin(partition, given)
        else if (continuous) goOn(partition)
        else void verify(partition, given)
      }
    },
    async take(topic, number, messages, end) {
      const partition = partitions.get(partitionKey(topic, number))
      const [first] = messages
      if (partition === undefined || first === undefined || stopped || partition.busy !== undefined)
        return false
      partition.end = end
      if (partition.phase === 'reading') return handOver(partition, messages)
      if (partition.phase === 'probing' && control !== undefined) void rewindFrom(partition, first, control)
      return false
    },
    hold() {
      if (held || stopped) return
      held = true
      for (const partition of partitions.values()) control?.pause(partition)
      clock.after(HOLD, () => {
        held = false
        for (const partition of partitions.values()) void release(partition)
      })
    },
    async stop() {
      stopped = true
      for (const partition of partitions.values()) control?.pause(partition)
      handOn.stop()
      await Promise.all([...partitions.values()].map((partition) => partition.busy))
      await Promise.all(leaving.values())
    },
  }
}

function delay(clock: Clock, millis: number): Promise<void> {
  return new Promise((resolve) => void clock.after(millis, resolve))
}

/** Whether work is over within {@link PATIENCE}. Sets no timer for what is over at once. */
async function settles(work: Promise<void>, clock: Clock): Promise<boolean> {
  let over = false
  void work.then(() => {
    over = true
  })
  // What the pipelines accept at once is over after a few turns of the microtask queue.
  await new Promise((resolve) => setImmediate(resolve))
  if (over) return true
  return new Promise((resolve) => {
    const cancel = clock.after(PATIENCE, () => resolve(false))
    void work.then(() => {
      cancel()
      resolve(true)
    })
  })
}
