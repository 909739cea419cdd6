import { createHash } from 'node:crypto'
import type { Match } from './match-log.ts'
import type { Nanos } from './time.ts'
import type { WindowOptions } from './window.ts'

/** A value that a group is made of; `null` is a group of its own. */
export type GroupValue = string | number | boolean | null

/**
 * What an episode hangs on: the start of an aligned window, or time and dedupe id of the earliest match in a
 * continuous one.
 */
export type Anchor = Nanos | Pick<Match, 'at' | 'id'>

/** The id of an episode: the same records in the same order give the same one. */
export function episodeId(
  rule: string,
  window: WindowOptions,
  group: readonly GroupValue[],
  anchor: Anchor,
): string {
  const anchored = typeof anchor === 'bigint' ? String(anchor) : [String(anchor.at), anchor.id ?? null]
  return hash([rule, window.type, window.size, window.slide ?? null, window.offset ?? 0, group, anchored])
}

/** The id of one alert of an episode; `ordinal` counts the episode's alerts from 0. */
export function alertId(episode: string, status: string, windowStart: Nanos, ordinal: number): string {
  return hash([episode, status, String(windowStart), ordinal])
}

function hash(list: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(list)).digest('hex').slice(0, 32)
}
