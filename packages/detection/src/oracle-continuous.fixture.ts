import type { OracleGroup, OracleMatch, OracleRule, Told } from './oracle-group.fixture.ts'
import { countIn, insert, tell } from './oracle-group.fixture.ts'
import type { Nanos } from './time.ts'

/** When the count of these matches, in order, falls below what holds the episode open. */
function fallOf(rule: OracleRule, matches: readonly OracleMatch[]): Nanos {
  const holding = matches.at(-rule.recoverBelow)
  if (holding === undefined) throw new Error('an episode has as many matches as hold it open')
  return holding.at + rule.window.size
}

function resolve(rule: OracleRule, group: OracleGroup, at: Nanos, out: Told[]): void {
  if (group.last === undefined) throw new Error('an episode has a window over the threshold')
  tell(rule, group, 'resolved', at, group.last, out)
  group.last = undefined
}

/** Takes the window that ends at `x` into the episode. */
function include(rule: OracleRule, group: OracleGroup, x: Nanos): void {
  const { episode } = group
  if (episode === undefined) return
  const count = countIn(group, rule.window, x)
  episode.peak = Math.max(episode.peak, count)
  if (count >= rule.threshold && (group.last === undefined || x > group.last)) group.last = x
}

export function continuousMatch(rule: OracleRule, group: OracleGroup, match: OracleMatch, out: Told[]): void {
  const { at } = match
  const { size } = rule.window
  const latest = group.matches.at(-1)
  if (group.episode !== undefined && latest !== undefined && at >= latest.at) {
    const fall = fallOf(rule, group.matches)
    if (fall <= at) resolve(rule, group, fall, out)
  }
  insert(group, match)
  if (group.episode === undefined) {
    scan(rule, group, at, out)
    return
  }
  for (const x of times(group)) if (x >= at && x < at + size) include(rule, group, x)
  if (at - group.episode.lastAlert >= rule.updateInterval) tell(rule, group, 'update', at, at, out)
}

/** Opens where the count first reaches the threshold, and follows what is already known of the time after. */
function scan(rule: OracleRule, group: OracleGroup, at: Nanos, out: Told[]): void {
  for (const x of times(group)) {
    if (x < at) continue
    if (group.episode !== undefined) {
      const fall = fallOf(
        rule,
        group.matches.filter((match) => match.at < x),
      )
      if (fall <= x) resolve(rule, group, fall, out)
      else include(rule, group, x)
    }
    const allowed = x < at + rule.window.size && (group.resolvedAt === undefined || x >= group.resolvedAt)
    if (group.episode === undefined && allowed && countIn(group, rule.window, x) >= rule.threshold) {
      tell(rule, group, 'open', x, x, out)
      group.last = x
    }
  }
}

export function continuousPass(rule: OracleRule, group: OracleGroup, watermark: Nanos, out: Told[]): void {
  if (group.episode === undefined) return
  const fall = fallOf(rule, group.matches)
  if (watermark >= fall) resolve(rule, group, fall, out)
}

export function continuousEnd(rule: OracleRule, group: OracleGroup, last: Nanos, out: Told[]): void {
  if (group.episode === undefined) return
  const fall = fallOf(rule, group.matches)
  resolve(rule, group, fall < last ? fall : last, out)
}

/** The distinct times of the matches, ascending. */
function times(group: OracleGroup): Nanos[] {
  return [...new Set(group.matches.map((match) => match.at))]
}
