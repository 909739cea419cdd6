import type { Episodes, Span } from './episodes.ts'
import type { Evaluator, Rule } from './evaluator.ts'
import type { Group } from './group.ts'
import type { Nanos } from './time.ts'
import { max, min } from './time.ts'
import type { AlignedWindow } from './window.ts'
import { firstStartAfter, lastStartUpTo } from './window.ts'
import { firstWindowBelow, firstWindowOver, highestCount, lastWindowOver } from './window-search.ts'

/** Episodes over tumbling windows, and over sliding ones that are aligned. */
export function alignedEvaluator(rule: Rule, window: AlignedWindow, episodes: Episodes): Evaluator {
  const { threshold, recoverBelow, updateInterval, allowedLateness, onClose } = rule
  const { size, slide } = window
  const isTumbling = window.kind === 'tumbling'

  const span = (start: Nanos): Span => ({ start, end: start + size, from: start, to: start + size })

  const wasTold = (group: Group, start: Nanos) => group.toldWindows?.has(start) === true

  const tell = (group: Group, start: Nanos, at: Nanos, lastOver: Nanos, peak: number) => {
    if (isTumbling) {
      group.toldWindows ??= new Set()
      group.toldWindows.add(start)
    }
    if (group.episode === undefined) episodes.open(group, at, span(start), start, lastOver, peak)
    else episodes.update(group, at, span(start))
  }

  /** Where the windows start that may be told now; `undefined` when all may. */
  const tellFrom = (group: Group): Nanos | undefined => {
    if (isTumbling) return undefined
    if (group.episode !== undefined) return group.episode.lastToldAt + updateInterval - size
    return group.resolvedAt === undefined ? undefined : group.resolvedAt - size + 1n
  }

  const mayTellAtMatch = (group: Group, start: Nanos, at: Nanos) => {
    if (isTumbling) return !wasTold(group, start)
    return group.episode === undefined || at - group.episode.lastToldAt >= updateInterval
  }

  /** A match came: which of the windows that hold it are over the threshold? */
  const tellAtMatch = (group: Group, index: number) => {
    const log = group.matches
    if (log.length < threshold) return
    const at = log.timeOf(index)
    const first = firstStartAfter(window, at - size)
    const last = lastStartUpTo(window, at)
    const earliest = firstWindowOver(log, window, threshold, first, last)
    if (earliest === undefined) return
    const latest = lastWindowOver(log, window, threshold, first, last) ?? earliest
    const peak = highestCount(log, window, index, first, last)
    if (group.episode !== undefined) {
      group.episode.lastOver = max(group.episode.lastOver, latest)
      group.episode.peak = Math.max(group.episode.peak, peak)
    }
    if (mayTellAtMatch(group, earliest, at)) tell(group, earliest, at, latest, peak)
  }

  /** The first window that closes after those that were looked at, and is to be told. */
  const nextToTell = (group: Group): Nanos | undefined => {
    const log = group.matches
    if (log.length < threshold) return undefined
    const bound = tellFrom(group)
    let first = firstStartAfter(window, log.timeOf(0) - size)
    if (group.closedUpTo !== undefined) first = max(first, group.closedUpTo + slide)
    if (bound !== undefined) first = max(first, firstStartAfter(window, bound - 1n))
    const last = lastStartUpTo(window, log.timeOf(log.length - 1))
    for (;;) {
      const start = firstWindowOver(log, window, threshold, first, last)
      if (start === undefined || !wasTold(group, start)) return start
      first = start + slide
    }
  }

  /** The first window after the last one over the threshold with too few matches to go on. */
  const nextToResolve = (group: Group): Nanos | undefined =>
    group.episode === undefined
      ? undefined
      : firstWindowBelow(group.matches, window, recoverBelow, group.episode.lastOver + slide)

  const resolve = (group: Group, before: Nanos, at: Nanos) => {
    const { episode, matches } = group
    if (episode === undefined) return
    const last =
      lastWindowOver(matches, window, threshold, episode.lastOver, before - slide) ?? episode.lastOver
    const from = matches.firstFrom(episode.lastOver)
    if (from < matches.length) {
      episode.peak = Math.max(episode.peak, highestCount(matches, window, from, episode.lastOver, last))
    }
    episodes.resolve(group, at, span(last))
  }

  /** Closes windows, and ends episodes, each as if the watermark just came to it. */
  const closeUpTo = (group: Group, closed: Nanos | undefined, final: Nanos | undefined, endedAt?: Nanos) => {
    for (;;) {
      const told = onClose ? nextToTell(group) : undefined
      const below = nextToResolve(group)
      const tellDue = told !== undefined && (closed === undefined || told + size <= closed)
      const resolveDue = below !== undefined && (final === undefined || below + size <= final)
      // By the watermark at which each is due, so that it makes no difference how far the watermark moves at once.
      if (tellDue && (!resolveDue || told <= below + allowedLateness)) {
        const { episode } = group
        if (episode !== undefined) {
          const from = group.matches.firstFrom(episode.lastOver)
          episode.peak = Math.max(
            episode.peak,
            highestCount(group.matches, window, from, episode.lastOver, told),
          )
          episode.lastOver = max(episode.lastOver, told)
        }
        tell(group, told, told + size, told, 0)
        group.closedUpTo = told
      } else if (resolveDue) {
        const end = below + size
        const at =
          endedAt === undefined || end <= endedAt ? end : max(endedAt, group.episode?.lastToldAt ?? endedAt)
        resolve(group, below, at)
        // Windows after it that were passed over, because the episode had told too lately, may open the next one.
        if (onClose) group.closedUpTo = below
      } else return
    }
  }

  return {
    deadlineComesForward: onClose,

    onMatch(group, index, watermark) {
      if (!onClose) {
        tellAtMatch(group, index)
        return
      }
      const first = firstStartAfter(window, group.matches.timeOf(index) - size)
      // A match within the allowed lateness can lift a window that was closed already.
      const { episode } = group
      if (episode !== undefined && first <= episode.lastOver) {
        episode.peak = Math.max(
          episode.peak,
          highestCount(group.matches, window, index, first, episode.lastOver),
        )
      }
      if (group.closedUpTo !== undefined && first <= group.closedUpTo) group.closedUpTo = first - slide
      if (first + size <= watermark) closeUpTo(group, watermark, watermark - allowedLateness)
    },

    onWatermark(group, watermark) {
      closeUpTo(group, watermark, watermark - allowedLateness)
      if (onClose) {
        const closed = lastStartUpTo(window, watermark - size)
        group.closedUpTo = group.closedUpTo === undefined ? closed : max(closed, group.closedUpTo)
      }
      if (group.toldWindows === undefined) return
      for (const start of group.toldWindows) {
        if (start + size <= watermark - allowedLateness) group.toldWindows.delete(start)
      }
    },

    onEnd(group, last) {
      closeUpTo(group, undefined, undefined, last)
    },

    deadline(group) {
      const told = onClose ? nextToTell(group) : undefined
      const close = told === undefined ? undefined : told + size
      const below = nextToResolve(group)
      const final = below === undefined ? undefined : below + size + allowedLateness
      if (close === undefined || final === undefined) return close ?? final
      return min(close, final)
    },

    keepFrom(group, horizon) {
      const needed = group.episode?.lastOver
      const from = horizon - size + 1n
      return needed !== undefined && needed < from ? needed : from
    },
  }
}
