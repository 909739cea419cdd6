import type { OracleGroup, OracleMatch, OracleRule, Told } from './oracle-group.fixture.ts'
import { countIn, insert, tell } from './oracle-group.fixture.ts'
import type { Nanos } from './time.ts'
import { floorDiv, max } from './time.ts'
import type { AlignedWindow } from './window.ts'

/** The starts of all windows that hold a moment, ascending. */
function holding(window: AlignedWindow, at: Nanos): Nanos[] {
  const starts: Nanos[] = []
  let start = floorDiv(at - window.offset, window.slide) * window.slide + window.offset
  for (; start + window.size > at; start -= window.slide) starts.unshift(start)
  return starts
}

/** The starts of all windows over the threshold, ascending. */
function over(rule: OracleRule, window: AlignedWindow, group: OracleGroup): Nanos[] {
  const starts = new Set(group.matches.flatMap((match) => holding(window, match.at)))
  return [...starts]
    .filter((start) => countIn(group, window, start) >= rule.threshold)
    .sort((a, b) => (a < b ? -1 : 1))
}

export function alignedMatch(
  rule: OracleRule,
  window: AlignedWindow,
  group: OracleGroup,
  match: OracleMatch,
  out: Told[],
): void {
  insert(group, match)
  const reached = holding(window, match.at).filter((start) => countIn(group, window, start) >= rule.threshold)
  if (rule.onClose) {
    const [first = 0n] = holding(window, match.at)
    if (group.hasEnded && group.closedTo !== undefined && first + window.size <= group.closedTo) {
      group.closedTo = first + window.size - 1n
    }
    for (const start of reached) {
      if (group.closedTo !== undefined && start + window.size <= group.closedTo)
        close(rule, window, group, start, out)
    }
    return
  }
  const [start] = reached
  if (start === undefined) return
  const { episode } = group
  if (episode !== undefined) include(rule, group, reached)
  const mayTell =
    window.kind === 'tumbling'
      ? !group.told.has(start)
      : episode === undefined || match.at - episode.lastAlert >= rule.updateInterval
  if (mayTell) tell(rule, group, episode === undefined ? 'open' : 'update', match.at, start, out)
  group.told.add(start)
  include(rule, group, reached)
}

function include(rule: OracleRule, group: OracleGroup, starts: readonly Nanos[]): void {
  const { episode } = group
  if (episode === undefined) return
  for (const start of starts) episode.peak = Math.max(episode.peak, countIn(group, rule.window, start))
}

/** Takes the windows over the threshold since the last that was told into the episode, up to `start`. */
function includeSince(rule: OracleRule, window: AlignedWindow, group: OracleGroup, start: Nanos): void {
  const { last } = group
  if (last === undefined) return
  include(
    rule,
    group,
    over(rule, window, group).filter((each) => each >= last && each <= start),
  )
}

/** `on_close`: a closed window that is over the threshold. */
function close(rule: OracleRule, window: AlignedWindow, group: OracleGroup, start: Nanos, out: Told[]): void {
  const end = start + window.size
  const { episode } = group
  // A window that grows after it was told, or after a later one was.
  if (group.last !== undefined && start <= group.last) include(rule, group, [start])
  if (group.told.has(start)) return
  if (episode === undefined) {
    if (group.resolvedAt !== undefined && end <= group.resolvedAt) return
    tell(rule, group, 'open', end, start, out)
  } else {
    if (window.kind === 'sliding' && end - episode.lastAlert < rule.updateInterval) return
    includeSince(rule, window, group, start)
    tell(rule, group, 'update', end, start, out)
  }
  group.told.add(start)
  group.last = group.last === undefined ? start : max(group.last, start)
}

/** The window that ends the episode once it is final. */
function resolving(rule: OracleRule, window: AlignedWindow, group: OracleGroup): Nanos {
  const last = rule.onClose ? group.last : over(rule, window, group).at(-1)
  if (last === undefined) throw new Error('an episode has a window over the threshold')
  let start = last + window.slide
  while (countIn(group, window, start) >= rule.recoverBelow) start += window.slide
  return start
}

/** Closes and resolves up to the watermark, each at its moment; no watermark: all there is. */
export function alignedPass(
  rule: OracleRule,
  window: AlignedWindow,
  group: OracleGroup,
  watermark: Nanos | undefined,
  last: Nanos | undefined,
  out: Told[],
): void {
  const upTo = (moment: Nanos) => watermark === undefined || moment <= watermark
  for (;;) {
    const closing = rule.onClose
      ? over(rule, window, group)
          .map((start) => start + window.size)
          .find((end) => (group.closedTo === undefined || end > group.closedTo) && upTo(end))
      : undefined
    const low = group.episode === undefined ? undefined : resolving(rule, window, group)
    const end = low === undefined ? undefined : low + window.size
    if (
      low !== undefined &&
      end !== undefined &&
      upTo(end + rule.lateness) &&
      (closing === undefined || end + rule.lateness < closing)
    ) {
      const named = over(rule, window, group)
        .filter((start) => start < low)
        .at(-1)
      if (named === undefined || group.episode === undefined) throw new Error('an episode has a window')
      const capped = last !== undefined && last < end ? max(last, group.episode.lastAlert) : end
      includeSince(rule, window, group, named)
      tell(rule, group, 'resolved', capped, named, out)
      // Closed windows after it that were passed over for the update interval may open the next episode.
      group.closedTo = rule.onClose ? end : group.closedTo
      group.last = undefined
    } else if (closing !== undefined) {
      group.closedTo = closing
      close(rule, window, group, closing - window.size, out)
    } else break
  }
  if (watermark !== undefined) group.closedTo = watermark
}
