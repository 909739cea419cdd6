import { CountedIds } from './counted-ids.ts'
import type { DetectorCounts } from './counts.ts'
import type { EventTimeState } from './event-time.ts'
import type { Episode, Group } from './group.ts'
import type { HeldRecord } from './held.ts'
import type { GroupValue } from './ids.ts'
import type { Match } from './match-log.ts'
import type { Nanos } from './time.ts'

/*
 * State as JSON text. Nanoseconds become decimal strings, what is missing becomes null. A group's key is packed
 * beside its values, so that it need not be worked out again without a record.
 */

type PackedMatch = [
  at: string,
  id: string | null,
  values: (string | null)[],
  numbers: (number | null)[],
  isReplayed?: boolean,
]

interface PackedGroup {
  key: unknown
  values: GroupValue[]
  matches: PackedMatch[]
  folded: number[]
  foldedLive: string | null
  source: string | null
  totals: number[]
  ids: [key: string, at: string][]
  episode: (Omit<Episode, 'lastToldAt' | 'lastOver'> & { lastToldAt: string; lastOver: string }) | null
  resolvedAt: string | null
  toldWindows: string[]
  closedUpTo: string | null
  lastSlot: number | null
}

interface Header {
  readonly eventTime: EventTimeState
  readonly held: readonly HeldRecord[]
  readonly counts: DetectorCounts
  readonly overflowToldAt: Nanos | undefined
  readonly rebuiltFrom: Nanos | undefined
}

/** What belongs to no group. */
export function packHeader(header: Header): string {
  return JSON.stringify({
    eventTime: header.eventTime,
    held: header.held.map(({ at, source, key, values, isCall, match }) => ({
      at: String(at),
      source,
      key,
      values,
      isCall,
      match: match === undefined ? null : packMatch(match),
    })),
    counts: header.counts,
    overflowToldAt: packMoment(header.overflowToldAt),
    rebuiltFrom: packMoment(header.rebuiltFrom),
  })
}

export function unpackHeader(text: string): Header {
  const packed = JSON.parse(text)
  return {
    eventTime: packed.eventTime,
    held: packed.held.map(
      (each: {
        at: string
        source: string
        key: unknown
        values: GroupValue[]
        isCall: boolean
        match: PackedMatch | null
      }) => ({
        ...each,
        at: BigInt(each.at),
        match: each.match === null ? undefined : unpackMatch(each.match),
      }),
    ),
    counts: packed.counts,
    overflowToldAt: unpackMoment(packed.overflowToldAt),
    rebuiltFrom: unpackMoment(packed.rebuiltFrom),
  }
}

/** One group as an entry: its key in the storage, and all that it is. */
export function packGroup(group: Group): readonly [key: string, value: string] {
  const { episode } = group
  const log = group.matches.save()
  const packed: PackedGroup = {
    key: group.key,
    values: [...group.values],
    matches: log.items.map(packMatch),
    folded: log.folded,
    foldedLive: packMoment(log.foldedLive),
    source: group.source ?? null,
    totals: group.totals.toList(),
    ids: (group.ids?.entries() ?? []).map(([key, at]) => [key, String(at)]),
    episode:
      episode === undefined
        ? null
        : { ...episode, lastToldAt: String(episode.lastToldAt), lastOver: String(episode.lastOver) },
    resolvedAt: packMoment(group.resolvedAt),
    toldWindows: [...(group.toldWindows ?? [])].map(String),
    closedUpTo: packMoment(group.closedUpTo),
    lastSlot: Number.isFinite(group.lastSlot) ? group.lastSlot : null,
  }
  return [JSON.stringify(group.values), JSON.stringify(packed)]
}

/** What {@link packGroup} packed: a key and values to make the group with, and a way to fill it. */
export function unpackGroup(text: string): {
  key: unknown
  values: readonly GroupValue[]
  source: string | null
  fill: (group: Group) => void
} {
  const packed: PackedGroup = JSON.parse(text)
  return {
    key: packed.key,
    values: packed.values,
    source: packed.source,
    fill(group) {
      group.matches.load(packed.matches.map(unpackMatch), packed.folded, unpackMoment(packed.foldedLive))
      group.totals.load(packed.totals)
      if (packed.ids.length > 0) group.ids = new CountedIds()
      for (const [key, at] of packed.ids) group.ids?.add(key, BigInt(at))
      if (packed.episode !== null) {
        const { lastToldAt, lastOver } = packed.episode
        group.episode = { ...packed.episode, lastToldAt: BigInt(lastToldAt), lastOver: BigInt(lastOver) }
      }
      group.resolvedAt = unpackMoment(packed.resolvedAt)
      if (packed.toldWindows.length > 0) group.toldWindows = new Set(packed.toldWindows.map(BigInt))
      group.closedUpTo = unpackMoment(packed.closedUpTo)
      group.lastSlot = packed.lastSlot ?? Number.NEGATIVE_INFINITY
    },
  }
}

function packMatch({ at, id, values, numbers, isReplayed }: Match): PackedMatch {
  const packed: PackedMatch = [String(at), id ?? null, values.map(orNull), numbers.map(orNull)]
  if (isReplayed === true) packed.push(true)
  return packed
}

function unpackMatch([at, id, values, numbers, isReplayed = false]: PackedMatch): Match {
  return {
    at: BigInt(at),
    id: id ?? undefined,
    values: values.map(orUndefined),
    numbers: numbers.map(orUndefined),
    isReplayed,
  }
}

function orNull<V>(value: V | undefined): V | null {
  return value ?? null
}

function orUndefined<V>(value: V | null): V | undefined {
  return value ?? undefined
}

function packMoment(moment: Nanos | undefined): string | null {
  return moment === undefined ? null : String(moment)
}

function unpackMoment(moment: string | null): Nanos | undefined {
  return moment === null ? undefined : BigInt(moment)
}
