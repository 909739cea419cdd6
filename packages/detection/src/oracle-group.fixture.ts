import type { AlertStatus } from './alert.ts'
import type { Anchor, GroupValue } from './ids.ts'
import { alertId, episodeId } from './ids.ts'
import type { Nanos } from './time.ts'
import { floorDiv } from './time.ts'
import type { Window, WindowOptions } from './window.ts'

/** One alert as both sides must give it. */
export interface Told {
  readonly status: AlertStatus
  readonly at: Nanos
  readonly group: readonly GroupValue[]
  readonly windowStart: Nanos
  readonly windowEnd: Nanos
  readonly count: number
  readonly peak: number
  readonly total: number
  readonly episodeId: string
  readonly alertId: string
  readonly firstSeen: Nanos
  readonly lastSeen: Nanos
}

export interface OracleMatch {
  readonly at: Nanos
  readonly id: string | undefined
}

interface OracleEpisode {
  readonly id: string
  ordinal: number
  peak: number
  lastAlert: Nanos
}

/** All that was ever seen of one group. */
export interface OracleGroup {
  readonly value: GroupValue
  /** By time, then by arrival. */
  matches: OracleMatch[]
  calls: Nanos[]
  episode: OracleEpisode | undefined
  resolvedAt: Nanos | undefined
  /** Continuous: the end of the last window over the threshold. Aligned `on_close`: the start of the last told. */
  last: Nanos | undefined
  /** Starts of aligned windows that were told. */
  readonly told: Set<Nanos>
  /** Windows that end here or before are closed. */
  closedTo: Nanos | undefined
  /** The input has ended: what is counted now was held, and its windows close together once all of it is. */
  hasEnded: boolean
}

export interface OracleRule {
  readonly ruleId: string
  readonly options: WindowOptions
  readonly window: Window
  readonly threshold: number
  readonly recoverBelow: number
  readonly updateInterval: Nanos
  readonly lateness: Nanos
  readonly onClose: boolean
}

export function oracleGroup(value: GroupValue): OracleGroup {
  return {
    value,
    matches: [],
    calls: [],
    episode: undefined,
    resolvedAt: undefined,
    last: undefined,
    told: new Set(),
    closedTo: undefined,
    hasEnded: false,
  }
}

export function insert(group: OracleGroup, match: OracleMatch): void {
  const before = group.matches.filter((other) => other.at <= match.at)
  const after = group.matches.filter((other) => other.at > match.at)
  group.matches = [...before, match, ...after]
}

/** The matches in `[first, last]`. */
function within(group: OracleGroup, first: Nanos, last: Nanos): OracleMatch[] {
  return group.matches.filter((match) => match.at >= first && match.at <= last)
}

/** First and last nanosecond of a window by its end (continuous) or its start (aligned). */
function bounds(window: Window, key: Nanos): [first: Nanos, last: Nanos] {
  return window.kind === 'continuous' ? [key - window.size + 1n, key] : [key, key + window.size - 1n]
}

export function countIn(group: OracleGroup, window: Window, key: Nanos): number {
  return within(group, ...bounds(window, key)).length
}

/** Calls in a window: exact, or by all slots that the window touches. */
function totalIn(group: OracleGroup, window: Window, key: Nanos): number {
  const [first, last] = bounds(window, key)
  if (window.kind !== 'continuous' && window.size / window.slide <= 64n) {
    return group.calls.filter((at) => at >= first && at <= last).length
  }
  const slot = (window.size + 63n) / 64n
  const from = floorDiv(first, slot)
  const to = floorDiv(last, slot)
  return group.calls.filter((at) => floorDiv(at, slot) >= from && floorDiv(at, slot) <= to).length
}

/** Tells a window, and opens the episode or ends it where the status says so. */
export function tell(
  rule: OracleRule,
  group: OracleGroup,
  status: AlertStatus,
  at: Nanos,
  key: Nanos,
  out: Told[],
): void {
  const { window } = rule
  const [first, last] = bounds(window, key)
  const matches = within(group, first, last)
  const [earliest] = matches
  if (earliest === undefined) throw new Error('a window without matches is never told')
  if (status === 'open') {
    const anchor: Anchor = window.kind === 'continuous' ? earliest : key
    const id = episodeId(rule.ruleId, rule.options, [group.value], anchor)
    group.episode = { id, ordinal: 0, peak: 0, lastAlert: at }
  }
  const { episode } = group
  if (episode === undefined) throw new Error('no episode')
  episode.peak = Math.max(episode.peak, matches.length)
  const windowStart = window.kind === 'continuous' ? first - 1n : first
  out.push({
    status,
    at,
    group: [group.value],
    windowStart,
    windowEnd: windowStart + window.size,
    count: matches.length,
    peak: episode.peak,
    total: totalIn(group, window, key),
    episodeId: episode.id,
    alertId: alertId(episode.id, status, windowStart, episode.ordinal),
    firstSeen: earliest.at,
    lastSeen: matches.at(-1)?.at ?? earliest.at,
  })
  episode.ordinal += 1
  episode.lastAlert = at
  if (status === 'resolved') {
    group.episode = undefined
    group.resolvedAt = at
  }
}
