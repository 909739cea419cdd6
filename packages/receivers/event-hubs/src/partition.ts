import type { Source } from '@lacuna/sdk'

/**
 * How far a partition is: it is found out where to begin, a message before the committed position is read for its
 * time, or it is read.
 */
type Phase = 'locating' | 'probing' | 'reading'

/** A partition that this instance has, from its assignment until it is lost. */
export interface Partition {
  readonly key: string
  readonly topic: string
  readonly partition: number
  /** A new one for each life, so that word of an earlier life is known as such. */
  readonly source: Source
  phase: Phase
  /** Counts assignments: what was asked for an earlier one is of no use. */
  turn: number
  /** The offset to hand on next, once located. */
  next: string
  /** What the group has committed; before it everything is replay. `undefined` where nothing is. */
  committed: string | undefined
  /** The position of the last batch that was handed on, and the last that is safe. */
  handed: string | undefined
  safe: string | undefined
  /** Offset behind the last message that the broker has. */
  end: string
  /** Settles when nothing of it is being handed on. */
  busy: Promise<void> | undefined
  lost: boolean
}

/** The key of a partition in maps, and the end of its source's id. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`
}

/** The id of a partition's source. */
export function sourceId(receiver: string, key: string): string {
  return `${receiver}:${key}`
}

/** A partition at the beginning of its life. */
export function openPartition(receiver: string, topic: string, partition: number): Partition {
  const key = partitionKey(topic, partition)
  return {
    key,
    topic,
    partition,
    source: { id: sourceId(receiver, key), finite: false },
    phase: 'locating',
    turn: 0,
    next: '0',
    committed: undefined,
    handed: undefined,
    safe: undefined,
    end: '0',
    busy: undefined,
    lost: false,
  }
}

/**
 * What may be committed: all that is safe and, when everything that was handed on is, also what came behind it and
 * made no record. `undefined` when there is nothing new.
 */
export function toCommit(partition: Partition): string | undefined {
  const { safe, handed, next, committed, phase } = partition
  if (phase !== 'reading') return undefined
  const target = safe === handed ? next : safe
  return target === undefined || (committed !== undefined && BigInt(target) <= BigInt(committed))
    ? undefined
    : target
}
